import { Link } from "@tanstack/react-router";
import { AgainIcon, AiIcon, SealIcon } from "@/components/icons";

const PROMISES = [
  {
    Icon: AiIcon,
    title: "Nothing is faked",
    text: "Your opponent is a real model in one file that you can download. Its accuracy is measured on pictures it never trained on, and shown with the error of the measurement.",
  },
  {
    Icon: SealIcon,
    title: "Nobody has to trust us",
    text: "The AI’s answer and the truth are sealed before you see the picture. After every round your browser compares what we tell you with the seal, without being asked.",
  },
  {
    Icon: AgainIcon,
    title: "Opponents that learn",
    text: "Next: versions trained on what players teach them, let in only when they beat the old one on a frozen test. Today’s versions are fixed.",
  },
];

export function Promises() {
  return (
    <section className="border-t border-line py-16" aria-labelledby="promises">
      <h2 id="promises" className="text-3xl sm:text-4xl">
        Three promises
      </h2>
      <ol className="mt-8 grid gap-x-10 gap-y-8 md:grid-cols-3">
        {PROMISES.map(({ Icon, title, text }) => (
          <li key={title}>
            <Icon className="size-9 text-ai" />
            <h3 className="mt-4 text-2xl">{title}</h3>
            <p className="mt-2 text-muted">{text}</p>
          </li>
        ))}
      </ol>
      <p className="mt-8">
        <Link to="/fair" className="text-link font-semibold">
          See how a seal is checked, and break one
        </Link>
      </p>
    </section>
  );
}
