import { afterEach, beforeEach, expect, test, vi } from "vitest";
import {
  callAccount,
  findStep,
  giveCode,
  requestReset,
  resetPassword,
  signIn,
} from "./account";
import { fieldErrors } from "./fieldErrors";
import { mayPlay, noteNobody, notePlayer } from "./presence";

/** Answers as django-allauth does; its status is in the body too. */
function answer(status: number, body: object = {}, headers = {}) {
  const calls: [string, string, unknown][] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const sent = await request.text();
    const path = new URL(request.url).pathname;
    calls.push([request.method, path, sent === "" ? null : JSON.parse(sent)]);
    return Response.json({ status, ...body }, { status, headers });
  });
  return calls;
}

const pending = (types: string[]) => ({
  data: {
    flows: [{ id: "login" }, { id: "mfa_authenticate", is_pending: true, types }],
  },
  meta: { is_authenticated: false },
});

beforeEach(noteNobody);
afterEach(() => vi.unstubAllGlobals());

test("signing in with a password is noted for every tab", async () => {
  const calls = answer(200, { data: {}, meta: { is_authenticated: true } });
  expect(await signIn("ada@example.org", "word")).toEqual({ done: true });
  expect(calls).toEqual([
    [
      "POST",
      "/_allauth/browser/v1/auth/login",
      { email: "ada@example.org", password: "word" },
    ],
  ]);
  expect(mayPlay()).toBe(true);
});

test("a right password may lead to a second step, and nobody is signed in yet", async () => {
  answer(401, pending(["totp", "recovery_codes"]));
  expect(await signIn("ada@example.org", "word")).toEqual({
    done: false,
    factors: ["totp", "recovery_codes"],
  });
  expect(mayPlay()).toBe(false);
});

test("a wrong password is a reason for its field", async () => {
  const error = { code: "email_password_mismatch", message: "No.", param: "password" };
  answer(400, { errors: [error] });
  const refusal = await signIn("ada@example.org", "x").catch((each) => each);
  expect(refusal).toMatchObject({ status: 400, code: "email_password_mismatch" });
  expect(fieldErrors(refusal)).toEqual({ password: "No." });
});

test("where another tab signed in already, this one is done", async () => {
  answer(409);
  expect(await signIn("ada@example.org", "word")).toEqual({ done: true });
  expect(mayPlay()).toBe(true);
});

test("a second step that came too late begins again", async () => {
  answer(401, {
    data: { flows: [{ id: "login" }] },
    meta: { is_authenticated: false },
  });
  await expect(giveCode("123456")).rejects.toMatchObject({ code: "not_signed_in" });
});

test("back from a provider: signed in, half way, or not", async () => {
  answer(200, { data: {}, meta: { is_authenticated: true } });
  expect(await findStep()).toEqual({ done: true });
  answer(401, pending(["webauthn"]));
  expect(await findStep()).toEqual({ done: false, factors: ["webauthn"] });
  answer(401, { data: { flows: [{ id: "provider_signup", is_pending: true }] } });
  await expect(findStep()).rejects.toMatchObject({ status: 401 });
});

test("an old sign-in says what can renew it, and stays signed in", async () => {
  notePlayer();
  const flows = [
    { id: "reauthenticate" },
    { id: "mfa_reauthenticate", types: ["totp", "webauthn"] },
  ];
  answer(401, { data: { flows }, meta: { is_authenticated: true } });
  await expect(callAccount("GET", "/account/authenticators")).rejects.toMatchObject({
    code: "reauthentication_required",
    detail: { ways: ["password", "code", "passkey"] },
  });
  expect(mayPlay()).toBe(true);
});

test("a session that was ended elsewhere makes this browser nobody's", async () => {
  for (const status of [401, 410]) {
    notePlayer();
    answer(status, { data: { flows: [] }, meta: { is_authenticated: false } });
    await expect(callAccount("GET", "/account/email")).rejects.toMatchObject({
      code: "not_signed_in",
    });
    expect(mayPlay()).toBe(false);
  }
});

test("a limit keeps the time to wait, in whosever shape it comes", async () => {
  answer(429, {}, { "Retry-After": "9" });
  await expect(requestReset("ada@example.org")).rejects.toMatchObject({
    status: 429,
    code: "too_fast",
    retryAfterS: 9,
  });
  answer(429, { code: "too_fast", message: "Wait.", detail: { retry_after_s: 9 } });
  await expect(requestReset("ada@example.org")).rejects.toMatchObject({
    message: "Wait.",
    detail: { retry_after_s: 9 },
  });
});

test("after a reset nobody is signed in, and that is no failure", async () => {
  const calls = answer(401, { data: { flows: [] }, meta: { is_authenticated: false } });
  await resetPassword("1-abc", "a new long phrase");
  expect(calls[0]?.[2]).toEqual({ key: "1-abc", password: "a new long phrase" });
  answer(400, { errors: [{ code: "x", message: "Too short.", param: "password" }] });
  await expect(resetPassword("1-abc", "short")).rejects.toMatchObject({
    detail: { password: ["Too short."] },
  });
});
