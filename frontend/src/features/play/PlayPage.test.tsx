import { webcrypto } from "node:crypto";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { canonicalJson } from "@/lib/canonical";
import { notePlayer } from "@/lib/presence";
import { sha256Hex } from "@/lib/sha256";
import { PlayPage } from "./PlayPage";

const MODEL = "cd".repeat(32);
const OPTIONS = ["moss", "gravel", "fur", "bark"];
const PICTURE = new Uint8Array([137, 80, 78, 71]);

/** A match of two rounds, whose rounds are sealed as the server seals them. */
class Game {
  open: Record<string, unknown> | null = null;
  closed: Record<string, unknown>[] = [];
  isOver = false;
  answers: string[] = [];
  tamper = (result: Record<string, unknown>) => result;

  serve() {
    this.serving ??= this.draw();
    return this.serving;
  }
  private serving: Promise<unknown> | null = null;

  private async draw() {
    const number = this.closed.length + 1;
    const now = Date.now();
    const clock = { issued_at_ms: now, expires_at_ms: now + 20_000 };
    const record = canonicalJson({
      ...clock,
      v: "eyevsai.round/1",
      match: "m1",
      round: `r${number}`,
      number,
      image_sha256: await sha256Hex(PICTURE.buffer),
      options: OPTIONS,
      model_sha256: MODEL,
      classes: OPTIONS,
      probabilities_ppm: [100_000, 700_000, 150_000, 50_000],
      ai_answer: "gravel",
      label: "moss",
      salt: "0f".repeat(32),
    });
    const seal = await sha256Hex(record);
    const shared = { id: `r${number}`, number, options: OPTIONS, seal, ...clock };
    const image_url = `http://game.test/media/${number}.png`;
    this.open = { ...shared, image_url, total_rounds: 2, server_now_ms: Date.now() };
    this.result = (answer) => ({
      ...shared,
      image_url,
      record,
      answer,
      answered_at_ms: Date.now(),
      late: false,
      correct: answer === "moss",
      label: "moss",
      ai: {
        answer: "gravel",
        correct: false,
        probabilities: { moss: 0.1, gravel: 0.7, fur: 0.15, bark: 0.05 },
        top: [{ label: "gravel", probability: 0.7 }],
      },
      points: { base: 100, speed: 48, total: 148 },
      ai_points: 0,
    });
    return this.open;
  }
  result: (answer: string) => Record<string, unknown> = () => ({});

  submit(answer: string) {
    this.answers.push(answer);
    const result = this.tamper(this.result(answer));
    this.open = null;
    this.serving = null;
    this.closed.push(result);
    return result;
  }

  get state() {
    return {
      id: "m1",
      dataset: "closeups",
      dataset_name: "Close-ups",
      difficulty: "easy",
      total_rounds: 2,
      status: this.isOver ? "finished" : "open",
      started_at_ms: 0,
      opponent: {
        name: "Pebble",
        family: "shallow",
        version: "1",
        model_sha256: MODEL,
        accuracy: 0.763,
      },
      rounds: this.closed,
      open_round: this.open,
    };
  }

  fetch = async (input: Request | string): Promise<Response> => {
    const request = new Request(input);
    const path = new URL(request.url).pathname;
    if (path.startsWith("/media/")) return new Response(PICTURE);
    if (path.endsWith("/auth/me"))
      return Response.json({ id: "p1", name: "Guest 1", is_guest: true, email: null });
    if (path.endsWith("/session/m1")) return Response.json(this.state);
    if (path.endsWith("/session/m1/round")) return Response.json(await this.serve());
    if (path.endsWith("/submit"))
      return Response.json(this.submit((await request.json()).answer));
    if (path.endsWith("/complete")) {
      this.isOver = true;
      return Response.json(this.state);
    }
    return Response.json({ code: "unknown", message: path }, { status: 404 });
  };
}

let game: Game;

beforeEach(() => {
  game = new Game();
  vi.stubGlobal("fetch", game.fetch);
  vi.stubGlobal("crypto", webcrypto);
  vi.stubGlobal("scrollTo", () => {});
  URL.createObjectURL = () => "blob:picture";
  sessionStorage.clear();
  notePlayer();
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open() {
  const root = createRootRoute();
  const play = createRoute({
    getParentRoute: () => root,
    path: "/play/$matchId",
    component: PlayPage,
  });
  const over = createRoute({
    getParentRoute: () => root,
    path: "/match/$matchId",
    component: () => <p>The result</p>,
  });
  const router = createRouter({
    routeTree: root.addChildren([play, over]),
    history: createMemoryHistory({ initialEntries: ["/play/m1"] }),
  });
  const routed = router as unknown as Parameters<typeof RouterProvider>[0]["router"];
  return render(
    <StrictMode>
      <QueryClientProvider client={new QueryClient()}>
        <RouterProvider router={routed} />
      </QueryClientProvider>
    </StrictMode>,
  );
}

const press = (code: string, key = code) =>
  fireEvent.keyDown(document.body, { code, key });

test("a match is played by keys, and each seal is checked unasked", async () => {
  open();
  await screen.findByAltText("Picture of round 1 of 2");
  press("Digit1");
  await screen.findByText("Seal checked");
  expect(screen.getByText("You saw it, the AI did not.")).toBeTruthy();
  expect(document.activeElement?.textContent).toContain("Next picture");
  press("Enter");
  await screen.findByAltText("Picture of round 2 of 2");
  expect(document.activeElement?.tagName).toBe("FIGURE");
  press("Numpad3");
  await screen.findByText("Neither of you saw it.");
  await screen.findByText("Seal checked");
  press(" ");
  await screen.findByText("The result");
  expect(game.answers).toEqual(["moss", "fur"]);
});

test("before the answer nothing on the page tells it", async () => {
  open();
  await screen.findByAltText("Picture of round 1 of 2");
  expect(screen.queryByRole("list", { name: "Answers" })).toBeNull();
  expect(screen.queryByText(/70 %/)).toBeNull();
  expect(screen.queryByText("Seal checked")).toBeNull();
  expect(screen.getByText(/answer is sealed/)).toBeTruthy();
});

test("a result that is not the sealed one is red, with the reason", async () => {
  game.tamper = (result) => ({ ...result, label: "fur", correct: false });
  open();
  await screen.findByAltText("Picture of round 1 of 2");
  press("Digit1");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toBe(
    "Seal broken. The truth you were told is not the sealed one.",
  );
});

test("a reload between rounds shows the last result, still checked", async () => {
  const { unmount } = open();
  await screen.findByAltText("Picture of round 1 of 2");
  press("Digit2");
  await screen.findByText("Seal checked");
  unmount();
  open();
  await screen.findByText("Seal checked");
  expect(game.answers).toEqual(["gravel"]);
  expect(game.open).toBeNull();
});
