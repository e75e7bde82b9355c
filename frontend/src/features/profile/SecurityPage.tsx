import { useTitle } from "@/components/useTitle";

export function SecurityPage() {
  useTitle("Security");
  return <h1 className="page-width py-12 text-5xl">Security</h1>;
}
