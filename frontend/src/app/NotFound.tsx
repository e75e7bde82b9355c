import { Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { useTitle } from "@/components/useTitle";

export function NotFound() {
  useTitle("Not found");
  return (
    <div className="page-width py-20">
      <p className="font-display text-8xl font-extrabold text-ai">404</p>
      <h1 className="mt-4 text-4xl">Neither eye sees a page here.</h1>
      <p className="mt-3 text-muted">The address is wrong, or the page has gone.</p>
      <Link to="/" className={`mt-8 ${buttonClass()}`}>
        To the front page
      </Link>
    </div>
  );
}
