import { Link, useNavigate } from "@tanstack/react-router";
import { SignUpForm } from "@/components/SignUpForm";
import { useTitle } from "@/components/useTitle";
import { useMe } from "@/lib/player";

export function SignUpPage() {
  useTitle("Sign up");
  const navigate = useNavigate();
  const { data: me } = useMe();
  return (
    <div className="mx-auto w-full max-w-md px-4 py-12">
      <h1 className="text-4xl">Sign up</h1>
      <p className="mt-3 mb-8 text-muted">
        {me?.is_guest
          ? `You play as ${me.name}. Your matches stay yours, and the finished ones go on the boards.`
          : "With an account your matches count on the boards."}
      </p>
      <SignUpForm button="Sign up" onDone={() => void navigate({ to: "/" })} />
      <p className="mt-8 text-muted">
        You have an account?{" "}
        <Link to="/sign-in" className="text-link text-ink">
          Sign in
        </Link>
      </p>
    </div>
  );
}
