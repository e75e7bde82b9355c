/** What the codes of a failed social sign-in mean to a player (docs/social.md). */

interface Failure {
  heading: string;
  text: string;
}

const FAILURES: Record<string, Failure> = {
  cancelled: {
    heading: "You stopped it",
    text: "Nothing was changed. Try again, or sign in another way.",
  },
  denied: {
    heading: "It said no",
    text: "The other site refused to say who you are. Allow it there, or sign in another way.",
  },
  email_taken: {
    heading: "You have an account here",
    text: "A player has this e-mail already. Sign in as you did before, then connect the other account on your profile.",
  },
  signup_closed: {
    heading: "No new players",
    text: "This server takes no new players that way now.",
  },
};

const UNKNOWN: Failure = {
  heading: "Not signed in",
  text: "The other site’s answer could not be used. Try again; if it fails once more, sign in another way.",
};

export const failureText = (code: string): Failure => FAILURES[code] ?? UNKNOWN;
