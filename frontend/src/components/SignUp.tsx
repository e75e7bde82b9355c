import { useState } from "react";
import { useMe } from "@/lib/player";
import { CodeStep } from "./CodeStep";
import { SignUpForm } from "./SignUpForm";
import { Waiting } from "./Waiting";

interface SignUpProps {
  /** What the form's button says. */
  button: string;
  onDone: () => void;
}

/** Signing up in two steps. The server knows the step, so a reload comes back to it. */
export function SignUp({ button, onDone }: SignUpProps) {
  const { data: me, isPending } = useMe();
  const [isSent, setSent] = useState(false);
  const [notice, setNotice] = useState<string | null>(null);
  if (isPending) return <Waiting text="One moment" />;
  if (me?.pending)
    return (
      <CodeStep
        pending={me.pending}
        isNext={isSent}
        onDone={onDone}
        onOver={setNotice}
      />
    );
  return (
    <>
      {notice && (
        <p
          role="alert"
          className="mb-5 rounded-md border border-edge bg-raised px-4 py-3"
        >
          {notice}
        </p>
      )}
      <SignUpForm button={button} onSent={() => setSent(true)} />
    </>
  );
}
