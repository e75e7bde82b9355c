import { Link } from "@tanstack/react-router";
import { ThemeChoice } from "./ThemeChoice";

export function Footer() {
  return (
    <footer className="mt-24 border-t border-line">
      <div className="page-width flex flex-wrap items-center gap-x-6 gap-y-4 py-8 text-muted">
        <nav aria-label="More" className="flex flex-wrap gap-x-6 gap-y-2">
          <Link to="/opponents" className="text-link">
            Opponents
          </Link>
          <Link to="/fair" className="text-link">
            Is it fair?
          </Link>
          <Link to="/credits" className="text-link">
            Picture credits
          </Link>
          <a href="/api/docs" className="text-link">
            API
          </a>
        </nav>
        <div className="sm:ml-auto">
          <ThemeChoice />
        </div>
      </div>
    </footer>
  );
}
