import { Outlet, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Footer } from "./Footer";
import { Header } from "./Header";

/** What every page stands in. The play page has the screen to itself. */
export function Shell() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const isPlaying = path.startsWith("/play/");
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);

  // A new page takes the focus, so that reading starts at its top.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path is the trigger
  useEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else main.current?.focus({ preventScroll: true });
  }, [path]);

  return (
    <div className="flex min-h-svh flex-col">
      <a
        href="#main"
        className="sr-only rounded-md bg-eye-fill px-4 py-2 text-on-fill focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-20"
      >
        Skip to the page
      </a>
      {!isPlaying && <Header />}
      <main ref={main} id="main" tabIndex={-1} className="flex grow flex-col">
        <Outlet />
      </main>
      {!isPlaying && <Footer />}
    </div>
  );
}
