import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { AccountPage } from "./AccountPage";
import { failureText } from "./failures";

const route = getRouteApi("/sign-in/failed");

/** A provider's sign-in that did not work out, and what to do about it. */
export function FailedPage() {
  const { reason, error } = route.useSearch();
  const { heading, text } = failureText(reason ?? error ?? "");
  return (
    <AccountPage title="Not signed in" heading={heading} lead={text}>
      <div className="flex flex-wrap gap-3">
        <Link to="/sign-in" className={buttonClass("primary", true)}>
          Sign in another way
        </Link>
        <Link to="/" className={buttonClass("plain", true)}>
          Play on
        </Link>
      </div>
    </AccountPage>
  );
}
