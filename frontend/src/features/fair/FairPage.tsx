import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { SealIcon } from "@/components/icons";
import { useTitle } from "@/components/useTitle";
import { SealDemo } from "./SealDemo";

const CHECKS = [
  "The record has exactly the SHA-256 that you were given with the picture, before your answer.",
  "The record names this match, this round, these options in this order, and this clock.",
  "The picture in the record is, byte for byte, the one that your browser displayed.",
  "The model in the record is the opponent whose card you can read.",
  "The truth, the AI’s answer and its probabilities are the ones that you were told.",
  "The AI’s answer is its likeliest option, and its probabilities add up to one.",
  "Your answer and the AI’s were judged by the sealed truth.",
];

const LIMITS = [
  "That nobody told a friend, or looked the picture up.",
  "That the label is right. People labelled the pictures, and people err.",
  "That the picture was not chosen against you. The seal fixes answer and truth; the proof of the draw comes with a public log, which is not there yet.",
  "That the file behind the SHA-256 really gives this answer. You can download the model from its card and run it on the picture yourself.",
];

export function FairPage() {
  useTitle("Is it fair?");
  return (
    <div className="page-width py-8 sm:py-14">
      <header className="max-w-3xl">
        <h1 className="text-5xl sm:text-7xl">Is it fair?</h1>
        <p className="mt-5 text-lg sm:text-xl">
          A game against a machine is easy to rig: wait for your answer, then decide
          what the machine said. Here that would show, and you need not take our word
          for it.
        </p>
      </header>
      <div className="mt-12 grid gap-x-14 gap-y-12 lg:grid-cols-2">
        <Part title="The seal">
          <p>
            Before you see a picture, the server writes down everything about the round:
            the truth, the AI’s answer, its probabilities, the picture, the model, the
            clock. This text is the record. Then it computes the record’s SHA-256, a
            number that any other text would change, and sends you that number with the
            picture.
          </p>
          <p className="mt-4">
            The number says nothing about the answer, because a long random salt is part
            of the record. But it binds us: after your answer you get the record, and
            only the one that was written before has this number.
          </p>
          <p className="mt-4">
            Try it. This demonstration computes real SHA-256 in your browser.
          </p>
        </Part>
        <SealDemo />
      </div>
      <div className="mt-16 grid gap-x-14 gap-y-12 lg:grid-cols-2">
        <Part title="What your browser checks">
          <p>After every round, unasked:</p>
          <ul className="mt-4 grid gap-3">
            {CHECKS.map((check) => (
              <li key={check} className="flex gap-3">
                <SealIcon className="mt-0.5 size-5 text-good" />
                <span>{check}</span>
              </li>
            ))}
          </ul>
          <p className="mt-4">
            If one of them fails, the round says so in red, with the reason. If the
            browser cannot check, it says that too, and never shows green.
          </p>
        </Part>
        <div className="grid content-start gap-12">
          <Part title="Check it without us">
            <p>
              At the end of a match you can download its receipt: all records, seals and
              results in one file. A small program reads it without this page and
              without the network:
            </p>
            <pre className="mt-4 rounded-md bg-sunk p-3 font-mono text-sm whitespace-pre-wrap">
              python -m fairness.verify receipt.json
            </pre>
            <p className="mt-4">
              By hand it is one line for each round: the SHA-256 of the record’s text is
              the seal.
            </p>
          </Part>
          <Part title="What it does not prove">
            <ul className="grid list-disc gap-2 pl-5">
              {LIMITS.map((limit) => (
                <li key={limit}>{limit}</li>
              ))}
            </ul>
          </Part>
        </div>
      </div>
      <p className="mt-14">
        <Link to="/" className="text-link text-lg font-semibold">
          Play, and watch the seals
        </Link>
      </p>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-4 text-3xl">{title}</h2>
      {children}
    </section>
  );
}
