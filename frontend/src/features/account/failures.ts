/** What the codes of a failed social sign-in mean to a player (docs/social.md). */

interface Failure {
  heading: string;
  text: string;
  /** Instead of the text, for a player who was connecting an account. */
  connecting?: string;
}

const FAILURES: Record<string, Failure> = {
  cancelled: {
    heading: "You said no",
    text: "Nothing was changed. Try again, or sign in another way.",
    connecting: "Nothing was changed, and the account is not connected.",
  },
  provider_refused: {
    heading: "The other site refused",
    text: "It did not accept the request, or this attempt was used already. Begin again.",
  },
  provider_unavailable: {
    heading: "No answer",
    text: "The other site does not answer now. Try again later, or sign in another way.",
    connecting: "The other site does not answer now. Try again later.",
  },
  provider_answer: {
    heading: "A strange answer",
    text: "The other site’s answer cannot be used. Try again later, or sign in another way.",
    connecting: "The other site’s answer cannot be used. Try again later.",
  },
  wrong_state: {
    heading: "Begin again",
    text: "This attempt is over, or was begun in another browser.",
  },
  email_taken: {
    heading: "You play here already",
    text: "A player has this e-mail. Sign in as that player, then connect the other account under Security on your profile.",
  },
  connected_to_other: {
    heading: "It is taken",
    text: "This account is connected to another player here. Sign in with it instead.",
    connecting:
      "This account is connected to another player here. To have it here, disconnect it there first.",
  },
  inactive: {
    heading: "Not allowed in",
    text: "This player may not sign in. Ask those who run this site.",
  },
  not_signed_in: {
    heading: "Sign in first",
    text: "Then connect the other account under Security on your profile.",
  },
  reauthentication_required: {
    heading: "Is it you?",
    text: "Your sign-in is some time ago. Confirm that it is you, then connect the account again.",
  },
};

const UNKNOWN: Failure = {
  heading: "That did not work",
  text: "Begin again. If it fails once more, sign in another way.",
  connecting: "Nothing was changed. Begin again.",
};

export function failureText(code: string | undefined, isConnecting: boolean): Failure {
  const failure = FAILURES[code ?? ""] ?? UNKNOWN;
  const text = isConnecting ? (failure.connecting ?? failure.text) : failure.text;
  return { heading: failure.heading, text };
}
