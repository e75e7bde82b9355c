import { Link } from "@tanstack/react-router";
import { Button } from "@/components/Button";
import { EyeIcon } from "@/components/icons";
import { Mark } from "@/components/Mark";
import { signOut } from "@/lib/api";
import { useMe } from "@/lib/player";
import { useSettings } from "@/lib/settings";

const LINK =
  "rounded-md px-2.5 py-2 font-medium text-muted hover:text-ink sm:px-3 [&.active]:text-ink [&.active]:underline [&.active]:decoration-eye-fill [&.active]:decoration-3 [&.active]:underline-offset-8";

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
        <Link to="/board" className={LINK}>
          Boards
        </Link>
        <Link to="/opponents" className={LINK}>
          Opponents
        </Link>
        <Link to="/fair" className={LINK}>
          Is it fair?
        </Link>
      </nav>
      <Account />
    </header>
  );
}

function Account() {
  const { data: me, isPending } = useMe();
  if (isPending) return <div className="h-11" />;
  if (!me || me.is_guest)
    return (
      <div className="flex items-center gap-1">
        {me && (
          <span className="mr-1 hidden items-center gap-2 text-muted md:flex">
            <EyeIcon className="size-5 text-eye" />
            {me.name}
          </span>
        )}
        <Link to="/sign-in" className={LINK}>
          Sign in
        </Link>
        <Link
          to="/sign-up"
          className="rounded-md border border-edge px-3 py-1.5 font-semibold hover:bg-sunk"
        >
          Sign up
        </Link>
      </div>
    );
  const leave = () => {
    useSettings.setState({ lastMatch: null });
    void signOut();
  };
  return (
    <div className="flex min-w-0 items-center gap-1 sm:gap-2">
      <span className="flex min-w-0 items-center gap-2 font-medium">
        <EyeIcon className="size-5 text-eye" />
        <span className="max-w-20 truncate sm:max-w-44">{me.name}</span>
      </span>
      <Button look="quiet" className="max-sm:px-2" onClick={leave}>
        Sign out
      </Button>
    </div>
  );
}
