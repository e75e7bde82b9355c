import { useMutation } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Avatar } from "@/components/Avatar";
import { Button } from "@/components/Button";
import { signOut } from "@/lib/api";
import { useMe } from "@/lib/player";
import { useSettings } from "@/lib/settings";
import { HEADER_LINK } from "./headerLink";

/** Who plays here, or the ways in. */
export default function Account() {
  const { data: me, isPending } = useMe();
  const navigate = useNavigate();
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: () => {
      useSettings.setState({ lastMatch: null });
      // A profile is nobody's now; other pages stay, and take the focus of the button.
      if (location.pathname.startsWith("/profile")) void navigate({ to: "/" });
      else document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
    },
  });
  if (isPending) return <div className="h-11" />;
  if (!me || me.is_guest)
    return (
      <div className="flex items-center gap-0.5 sm:gap-1">
        {me && (
          <Link
            to="/profile"
            className="flex min-h-11 items-center gap-2 rounded-md px-1 text-muted hover:bg-sunk hover:text-ink sm:px-2"
          >
            <Avatar id={me.id} name={me.name} isGuest className="size-7" />
            <span className="sr-only">Your profile:</span>
            <span className="max-lg:sr-only">{me.name}</span>
          </Link>
        )}
        <Link to="/sign-in" className={`${HEADER_LINK} max-xs:px-1.5`}>
          Sign in
        </Link>
        <Link
          to="/sign-up"
          className="rounded-md border border-edge px-2 py-1.5 sm:px-3 font-semibold hover:bg-sunk"
        >
          Sign up
        </Link>
      </div>
    );
  return (
    <div className="flex min-w-0 items-center gap-1 md:gap-2">
      <Link
        to="/profile"
        className="flex min-h-11 min-w-0 items-center gap-2 rounded-md px-2 font-medium hover:bg-sunk"
      >
        <Avatar id={me.id} name={me.name} className="size-7" />
        <span className="sr-only">Your profile:</span>
        <span className="max-w-24 truncate max-md:sr-only lg:max-w-44">{me.name}</span>
      </Link>
      <Button
        look="quiet"
        className="max-lg:px-2"
        disabled={leave.isPending}
        onClick={() => leave.mutate()}
      >
        {leave.error ? "Try again" : "Sign out"}
      </Button>
    </div>
  );
}
