import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { Mark } from "@/components/Mark";
import { HEADER_LINK } from "./headerLink";

// No part of what a match loads: the play page has no header.
const Account = lazy(() => import("./Account"));

export function Header() {
  return (
    <header className="page-width flex flex-wrap items-center gap-x-2 gap-y-0 py-3 sm:gap-x-4">
      <Link to="/" className="mr-auto flex items-center gap-2.5 py-2">
        <Mark className="h-6" />
        <span className="font-display text-xl font-extrabold tracking-tight">
          EyeVsAI
        </span>
      </Link>
      <nav
        aria-label="Main"
        className="order-last -mx-2.5 flex basis-full sm:order-none sm:mx-0 sm:basis-auto"
      >
        <Link to="/board" className={HEADER_LINK}>
          Boards
        </Link>
        <Link to="/opponents" className={HEADER_LINK}>
          Opponents
        </Link>
        <Link to="/fair" className={HEADER_LINK}>
          Is it fair?
        </Link>
      </nav>
      <Suspense fallback={<div className="h-11" />}>
        <Account />
      </Suspense>
    </header>
  );
}
