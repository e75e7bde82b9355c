/** Every page of the site. Each page is a chunk of its own, loaded when it is asked for. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
} from "@tanstack/react-router";
import { Waiting } from "@/components/Waiting";
import type { Period } from "@/lib/api";
import { PERIODS } from "@/lib/text";
import { Crash } from "./Crash";
import { NotFound } from "./NotFound";
import { Shell } from "./Shell";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const at = () => root;

const home = createRoute({
  getParentRoute: at,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/home/HomePage"), "HomePage"),
});
const play = createRoute({
  getParentRoute: at,
  path: "/play/$matchId",
  component: lazyRouteComponent(() => import("@/features/play/PlayPage"), "PlayPage"),
});
const summary = createRoute({
  getParentRoute: at,
  path: "/match/$matchId",
  component: lazyRouteComponent(
    () => import("@/features/summary/SummaryPage"),
    "SummaryPage",
  ),
});
const board = createRoute({
  getParentRoute: at,
  path: "/board/$dataset/$difficulty",
  validateSearch: (search): { period?: Period } => {
    const known = PERIODS.find(({ value }) => value === search.period);
    return known ? { period: known.value } : {};
  },
  component: lazyRouteComponent(
    () => import("@/features/board/BoardPage"),
    "BoardPage",
  ),
});
const anyBoard = createRoute({
  getParentRoute: at,
  path: "/board",
  component: lazyRouteComponent(() => import("@/features/board/AnyBoard"), "AnyBoard"),
});
/** The one text of a search that a page reads; anything else is left out. */
const textsOf =
  <Name extends string>(...names: Name[]) =>
  (search: Record<string, unknown>): { [name in Name]?: string } => {
    const texts: { [name in Name]?: string } = {};
    for (const name of names) {
      const value = search[name];
      if (typeof value === "string") texts[name] = value;
    }
    return texts;
  };

const signIn = createRoute({
  getParentRoute: at,
  path: "/sign-in",
  validateSearch: textsOf("next"),
  component: lazyRouteComponent(
    () => import("@/features/account/SignInPage"),
    "SignInPage",
  ),
});
const signInDone = createRoute({
  getParentRoute: at,
  path: "/sign-in/done",
  validateSearch: textsOf("next"),
  component: lazyRouteComponent(
    () => import("@/features/account/DonePage"),
    "DonePage",
  ),
});
const signInFailed = createRoute({
  getParentRoute: at,
  path: "/sign-in/failed",
  validateSearch: textsOf("reason", "process"),
  component: lazyRouteComponent(
    () => import("@/features/account/FailedPage"),
    "FailedPage",
  ),
});
const signUp = createRoute({
  getParentRoute: at,
  path: "/sign-up",
  validateSearch: textsOf("next"),
  component: lazyRouteComponent(
    () => import("@/features/account/SignUpPage"),
    "SignUpPage",
  ),
});
const requestReset = createRoute({
  getParentRoute: at,
  path: "/reset-password",
  component: lazyRouteComponent(
    () => import("@/features/account/RequestResetPage"),
    "RequestResetPage",
  ),
});
const reset = createRoute({
  getParentRoute: at,
  path: "/reset-password/$key",
  component: lazyRouteComponent(
    () => import("@/features/account/ResetPage"),
    "ResetPage",
  ),
});
const profile = createRoute({
  getParentRoute: at,
  path: "/profile",
  component: lazyRouteComponent(
    () => import("@/features/profile/ProfilePage"),
    "ProfilePage",
  ),
});
const matches = createRoute({
  getParentRoute: at,
  path: "/profile/matches",
  component: lazyRouteComponent(
    () => import("@/features/profile/MatchesPage"),
    "MatchesPage",
  ),
});
const security = createRoute({
  getParentRoute: at,
  path: "/profile/security",
  component: lazyRouteComponent(
    () => import("@/features/profile/SecurityPage"),
    "SecurityPage",
  ),
});
const data = createRoute({
  getParentRoute: at,
  path: "/profile/data",
  component: lazyRouteComponent(
    () => import("@/features/profile/DataPage"),
    "DataPage",
  ),
});
const opponents = createRoute({
  getParentRoute: at,
  path: "/opponents",
  validateSearch: ({ dataset }): { dataset?: string } =>
    typeof dataset === "string" ? { dataset } : {},
  component: lazyRouteComponent(
    () => import("@/features/opponents/OpponentsPage"),
    "OpponentsPage",
  ),
});
const compare = createRoute({
  getParentRoute: at,
  path: "/compare/$a/$b",
  component: lazyRouteComponent(
    () => import("@/features/compare/ComparePage"),
    "ComparePage",
  ),
});
const card = createRoute({
  getParentRoute: at,
  path: "/opponents/$sha256",
  component: lazyRouteComponent(() => import("@/features/card/CardPage"), "CardPage"),
});
const fair = createRoute({
  getParentRoute: at,
  path: "/fair",
  component: lazyRouteComponent(() => import("@/features/fair/FairPage"), "FairPage"),
});
const credits = createRoute({
  getParentRoute: at,
  path: "/credits",
  component: lazyRouteComponent(
    () => import("@/features/fair/CreditsPage"),
    "CreditsPage",
  ),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    play,
    summary,
    board,
    anyBoard,
    signIn,
    signInDone,
    signInFailed,
    signUp,
    requestReset,
    reset,
    profile,
    matches,
    security,
    data,
    opponents,
    compare,
    card,
    fair,
    credits,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Crash,
  defaultPendingComponent: () => <Waiting text="Loading" />,
  defaultPendingMs: 150,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
