import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { AccountPage } from "./AccountPage";
import { failureText } from "./failures";

const route = getRouteApi("/sign-in/failed");

/** A provider's sign-in that did not work out, and what to do about it. */
export function FailedPage() {
  const { reason, process } = route.useSearch();
  const { heading, text } = failureText(reason);
  const isConnecting = process === "connect" && reason !== "not_signed_in";
  return (
    <AccountPage title={heading} heading={heading} lead={text}>
      <div className="flex flex-wrap gap-3">
        {isConnecting ? (
          <Link to="/profile/security" className={buttonClass("primary", true)}>
            To your security
          </Link>
        ) : (
          <Link to="/sign-in" className={buttonClass("primary", true)}>
            To the sign-in
          </Link>
        )}
        <Link to="/" className={buttonClass("plain", true)}>
          Front page
        </Link>
      </div>
    </AccountPage>
  );
}
