import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { noteNobody, notePlayer } from "@/lib/presence";
import { SignUp } from "./SignUp";

const CODE = "314159";

/** The server's side of a sign-up: one guest, five tries, one letter a minute. */
class Registration {
  pending: Record<string, unknown> | null = null;
  isGuest = true;
  tries = 5;
  isOver = false;
  checked: string[] = [];
  resent = 0;

  wait(resendInMs = 60_000) {
    this.pending = {
      email: "ada@example.org",
      expires_at_ms: Date.now() + 900_000,
      resend_at_ms: Date.now() + resendInMs,
      attempts_left: this.tries,
    };
  }

  private check(code: string): Response {
    this.checked.push(code);
    if (this.isOver) {
      this.pending = null;
      return refuse(409, "no_pending_sign_up", "This code is over. Sign up again.");
    }
    if (code === CODE) {
      this.pending = null;
      this.isGuest = false;
      return Response.json({ user: {} });
    }
    this.tries -= 1;
    this.wait();
    const detail = { attempts_left: this.tries };
    return refuse(422, "wrong_code", "Wrong.", detail);
  }

  fetch = async (request: Request): Promise<Response> => {
    const call = `${request.method} ${new URL(request.url).pathname.slice(13)}`;
    if (call === "GET me")
      return Response.json({
        id: "p1",
        name: "Guest 1",
        is_guest: this.isGuest,
        pending: this.pending,
      });
    if (call === "GET options")
      return Response.json({ providers: [], mail: "sent", passkeys: true });
    if (call === "POST register") {
      this.wait();
      return Response.json({ user: {}, verification: this.pending }, { status: 201 });
    }
    if (call === "POST register/verify") return this.check((await request.json()).code);
    if (call === "POST register/resend") {
      this.resent += 1;
      this.wait();
      return Response.json(this.pending);
    }
    if (call === "DELETE register") {
      this.pending = null;
      return new Response(null, { status: 204 });
    }
    throw new Error(call);
  };
}

const refuse = (status: number, code: string, message: string, detail = {}) =>
  Response.json({ code, message, detail }, { status });

let server: Registration;

beforeEach(() => {
  server = new Registration();
  vi.stubGlobal("fetch", (input: Request | string) => server.fetch(new Request(input)));
  notePlayer();
});
afterEach(() => {
  cleanup();
  noteNobody();
  vi.unstubAllGlobals();
});

function open(onDone = () => {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <SignUp button="Sign up" onDone={onDone} />
    </QueryClientProvider>,
  );
}

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const field = () => screen.findByLabelText<HTMLInputElement>("Code");

test("the form leads to the code, and the code to a player", async () => {
  const onDone = vi.fn();
  open(onDone);
  await screen.findByLabelText("E-mail");
  type("Name on the board", "Ada");
  type("E-mail", "ada@example.org");
  type("Password", "48 quiet umbrellas");
  fireEvent.click(screen.getByRole("button", { name: "Sign up" }));
  expect(await field()).toBe(document.activeElement);
  type("Code", "31415");
  expect(server.checked).toEqual([]);
  type("Code", " 314-159\n");
  await waitFor(() => expect(onDone).toHaveBeenCalledTimes(1));
  expect(server.checked).toEqual([CODE]);
});

test("a wrong code says how many tries are left, and is typed over", async () => {
  server.wait();
  open();
  const input = await field();
  // Nobody has typed here yet: the page keeps its place.
  expect(input).not.toBe(document.activeElement);
  type("Code", "000000");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toBe("That is not the code. 4 tries are left.");
  expect(input).toBe(document.activeElement);
  expect([input.selectionStart, input.selectionEnd]).toEqual([0, 6]);
});

test("a sign-up that is over goes back to the form and says why", async () => {
  server.wait();
  server.isOver = true;
  open();
  await field();
  type("Code", "000000");
  expect((await screen.findByRole("alert")).textContent).toBe(
    "That code is too old, or was tried too often. Sign up once more to get a new one.",
  );
  expect(await screen.findByLabelText("E-mail")).toBeTruthy();
});

test("another letter can be asked for when its time has come", async () => {
  server.wait(-1);
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Send a new code" }));
  const button = await screen.findByRole<HTMLButtonElement>("button", {
    name: /New code in \d+ s/,
  });
  expect(button.disabled).toBe(true);
  expect(server.resent).toBe(1);
});

test("another e-mail begins again", async () => {
  server.wait();
  open();
  fireEvent.click(await screen.findByRole("button", { name: "Use another e-mail" }));
  expect(await screen.findByLabelText("E-mail")).toBeTruthy();
  expect(screen.queryByRole("alert")).toBeNull();
});
