import { afterEach, expect, test, vi } from "vitest";
import { type Authenticator, beginApp, confirmEmail, requireRecent } from "./security";

const PASSKEY = {
  type: "webauthn",
  id: 1,
  name: "Desk",
  created_at: 0,
  last_used_at: null,
} satisfies Authenticator;

interface Answer {
  status: number;
  body: unknown;
}

/** The server by path; what is asked of it besides fails the test. */
function serve(answers: Record<string, Answer>): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname.replace("/_allauth/browser/v1", "");
    const answer = answers[path];
    if (!answer) throw new Error(`${path} was asked for`);
    return Response.json(answer.body, { status: answer.status });
  });
}

const session = (...agoS: number[]) => ({
  status: 200,
  body: { data: { methods: agoS.map((ago) => ({ at: Date.now() / 1000 - ago })) } },
});

afterEach(() => vi.unstubAllGlobals());

test("who has just signed in, or was asked again, is not asked once more", async () => {
  serve({ "/auth/session": session(60) });
  await requireRecent(true);
  serve({ "/auth/session": session(7200, 60) });
  await requireRecent(true);
});

test("an old sign-in counts no more", async () => {
  serve({
    "/auth/session": session(900),
    "/account/authenticators": { status: 200, body: { data: [PASSKEY] } },
  });
  await expect(requireRecent(true)).rejects.toMatchObject({
    code: "reauthentication_required",
    detail: { ways: ["password", "passkey"] },
  });
});

test("who has nothing to confirm with is let through, as the server does", async () => {
  serve({
    "/auth/session": session(900),
    "/account/authenticators": { status: 200, body: { data: [] } },
  });
  await requireRecent(false);
});

test("the secret of an app comes with the answer that there is none yet", async () => {
  const meta = { secret: "ABCD", totp_url: "otpauth://totp/a?secret=ABCD" };
  serve({ "/account/authenticators/totp": { status: 404, body: { meta } } });
  expect(await beginApp()).toEqual(meta);
});

test("an app that is there already is a problem, not a second secret", async () => {
  serve({ "/account/authenticators/totp": { status: 200, body: { data: {} } } });
  await expect(beginApp()).rejects.toThrow("The app is set up already.");
});

test("a code that nobody waits for any more says so", async () => {
  serve({ "/auth/email/verify": { status: 409, body: {} } });
  await expect(confirmEmail("123456")).rejects.toMatchObject({ code: "code_over" });
});
