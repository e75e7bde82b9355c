import { getRouteApi, Link } from "@tanstack/react-router";
import { buttonClass } from "@/components/Button";
import { AccountPage } from "./AccountPage";
import { failureText } from "./failures";

const route = getRouteApi("/sign-in/failed");

/** A provider's sign-in that did not work out, and what to do about it. */
export function FailedPage() {
  const { reason, process } = route.useSearch();
  const isConnecting = process === "connect" && reason !== "not_signed_in";
  const { heading, text } = failureText(reason, isConnecting);
  const goesOnInSecurity = reason === "not_signed_in" || reason === "email_taken";
  return (
    <AccountPage title={heading} heading={heading} lead={text}>
      <div className="flex flex-wrap gap-3">
        {isConnecting ? (
          <Link to="/profile/security" className={buttonClass("primary", true)}>
            Back to Security
          </Link>
        ) : (
          <Link
            to="/sign-in"
            search={goesOnInSecurity ? { next: "/profile/security" } : {}}
            className={buttonClass("primary", true)}
          >
            Sign in
          </Link>
        )}
        <Link to="/" className={buttonClass("plain", true)}>
          To the front page
        </Link>
      </div>
    </AccountPage>
  );
}
