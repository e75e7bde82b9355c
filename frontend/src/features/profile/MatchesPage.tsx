import { useTitle } from "@/components/useTitle";

export function MatchesPage() {
  useTitle("Matches");
  return <h1 className="page-width py-12 text-5xl">Matches</h1>;
}
