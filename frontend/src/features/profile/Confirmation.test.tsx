import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "@/lib/http";
import { Confirmation, useAction } from "./Confirmation";

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const asked = (...ways: string[]) =>
  new ApiError(401, "reauthentication_required", "Confirm first.", { ways });

function Button({ call }: { call: () => Promise<string> }) {
  const action = useAction(call);
  return (
    <>
      <button type="button" onClick={() => action.mutate(undefined)}>
        Do it
      </button>
      <p>{action.error?.message ?? action.data ?? "idle"}</p>
    </>
  );
}

function show(call: () => Promise<string>): void {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <Confirmation>
        <Button call={call} />
      </Confirmation>
    </QueryClientProvider>,
  );
  fireEvent.click(screen.getByText("Do it"));
}

test("what was refused for want of a confirmation is done after it", async () => {
  const sent: unknown[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method === "POST") sent.push(await request.json());
    return Response.json({ data: {}, meta: { is_authenticated: true } });
  });
  const call = vi.fn<() => Promise<string>>();
  call.mockRejectedValueOnce(asked("password", "passkey"));
  call.mockResolvedValueOnce("done");
  show(call);

  const field = await screen.findByLabelText("Password");
  expect(screen.getByText("Use a passkey")).toBeTruthy();
  fireEvent.change(field, { target: { value: "a long enough phrase" } });
  fireEvent.click(screen.getByText("Confirm"));

  await screen.findByText("done");
  expect(sent).toEqual([{ password: "a long enough phrase" }]);
  expect(call).toHaveBeenCalledTimes(2);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
});

test("turning back at the question is no error, and nothing is repeated", async () => {
  const call = vi.fn<() => Promise<string>>().mockRejectedValue(asked("code"));
  show(call);
  fireEvent.click(await screen.findByText("Cancel"));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(screen.getByText("idle")).toBeTruthy();
  expect(call).toHaveBeenCalledTimes(1);
});

test("who can confirm by nothing here is told to sign in again", async () => {
  show(vi.fn<() => Promise<string>>().mockRejectedValue(asked()));
  expect(await screen.findByText(/Sign out, sign in again/)).toBeTruthy();
});

test("other refusals are not asked about", async () => {
  show(() => Promise.reject(new ApiError(409, "other", "Not now.")));
  expect(await screen.findByText("Not now.")).toBeTruthy();
  expect(screen.queryByRole("dialog")).toBeNull();
});
