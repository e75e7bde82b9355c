import { useTitle } from "@/components/useTitle";

export function DataPage() {
  useTitle("Your data");
  return <h1 className="page-width py-12 text-5xl">Your data</h1>;
}
