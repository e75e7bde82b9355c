import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ModelCard, Registry } from "@/lib/api";
import { CardPage } from "./CardPage";

const SHA = "ab".repeat(32);
const PARENT = { sha256: "cd".repeat(32), name: "Hawk", version: "1.0.0" };
const CUTS = { medium: 0.8, hard: 0.9 };
const ACCURACY = { correct: 9, total: 10, value: 0.9, low: 0.6, high: 0.98 };

const CARD: ModelCard = {
  sha256: SHA,
  name: "Hawk",
  family: "deep_v2",
  version: "1.1.0",
  dataset: "closeups",
  classes: ["fur", "moss"],
  input_size: 64,
  size_bytes: 1_500_000,
  parameters: 450_000,
  accuracy: ACCURACY,
  tier: "medium",
  per_class: [
    { label: "fur", correct: 4, total: 5 },
    { label: "moss", correct: 5, total: 5 },
  ],
  confusion: [
    [4, 1],
    [0, 5],
  ],
  pool_sha256: "ef".repeat(32),
  training: { seed: 7, command: "manage.py opponents train deep_v2", parent: "cd" },
  description: "",
  limitations: "",
  file_url: "/media/model.onnx",
  origin: "trained",
  created_at: "2026-11-21T10:00:00Z",
  retired_at: null,
  parent: PARENT,
  children: [],
  aliases: ["champion"],
  standing: { tier: "hard", rank: 1, of: 4, cuts: CUTS },
  measured_on_active_pool: true,
  evaluation: {
    macro: { precision: 0.917, recall: 0.9, f1: 0.899 },
    auc: 0.987,
    ece: 0.042,
    log_loss: 0.31,
    calibration: [
      { low: 0, high: 0.5, count: 0, confidence: null, accuracy: null },
      { low: 0.5, high: 1, count: 10, confidence: 0.93, accuracy: 0.9 },
    ],
    per_class: [],
    latency_ms: { median: 1.62, p95: 2.5 },
  },
  parity: { pictures: 256, eager: 2e-7, batch: 0, wasm: null },
  folds: [
    { accuracy: 0.8, pictures: 50 },
    { accuracy: 0.9, pictures: 50 },
  ],
};

const REGISTRY: Registry = {
  dataset: "closeups",
  dataset_name: "Close-ups",
  description: "Pieces of photographs.",
  cuts: CUTS,
  versions: [SHA, PARENT.sha256].map((sha256, index) => ({
    ...{ sha256, name: "Hawk", version: index === 0 ? "1.1.0" : "1.0.0" },
    ...{ family: "deep_v2", origin: "trained" as const, accuracy: ACCURACY },
    ...{ size_bytes: 1, created_at: "2026-11-21T10:00:00Z", retired_at: null },
    ...{ tier: null, suggested_tier: null, standing: null, aliases: [], parent: null },
    measured_on_active_pool: true,
  })),
};

let card: ModelCard | null;

beforeEach(() => {
  card = CARD;
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url).pathname;
    if (path.endsWith("/registry")) return Response.json(REGISTRY);
    if (card) return Response.json(card);
    const body = { code: "unknown", message: "There is no such classifier." };
    return Response.json(body, { status: 404 });
  });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function open() {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: "/opponents/$sha256",
    component: CardPage,
  });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: [`/opponents/${SHA}`] }),
  });
  const routed = router as unknown as Parameters<typeof RouterProvider>[0]["router"];
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return render(
    <QueryClientProvider client={client}>
      <RouterProvider router={routed} />
    </QueryClientProvider>,
  );
}

const linkTo = (name: string) =>
  screen.getByRole("link", { name }).getAttribute("href");

test("the card tells how good, how made and how exactly exported", async () => {
  open();
  await screen.findByRole("heading", { level: 1, name: "Hawk" });
  const text = () => document.body.textContent ?? "";
  expect(text()).toContain("number 1 of the 4 versions");
  expect(text()).toContain("medium begins at 80.0 % and hard at 90.0 %");
  expect(text()).toContain("It plays medium all the same.");
  expect(text()).toContain("ROC AUC0.987");
  expect(text()).toContain("Calibration error4.2 %");
  expect(text()).toContain("1.6 ms");
  expect(text()).toContain("0.2 millionths");
  expect(text()).toContain("not tried");
  expect(text()).toContain("85.0 % on average, 80.0 % to 90.0 %");
  expect(text()).toContain("manage.py opponents train deep_v2");
  expect(linkTo("Hawk, version 1.0.0")).toBe(`/opponents/${PARENT.sha256}`);
});

test("it can be compared with the version that it went on from", async () => {
  open();
  const link = await screen.findByRole("link", { name: "Hawk 1.0.0" });
  expect(link.getAttribute("href")).toBe(`/compare/${SHA}/${PARENT.sha256}`);
});

test("what was not measured is left out", async () => {
  card = { ...CARD, evaluation: null, parity: null, folds: [], standing: null };
  open();
  await screen.findByRole("heading", { level: 1, name: "Hawk" });
  const titles = screen.getAllByRole("heading", { level: 2 });
  expect(titles.map(({ textContent }) => textContent)).not.toContain("The figures");
  expect(screen.queryByText(/versions that were measured/)).toBeNull();
});

test("a version that is not there is said to be unknown, with a way on", async () => {
  card = null;
  open();
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("There is no such classifier.");
  expect(linkTo("All opponents")).toBe("/opponents");
});

test("of a file made elsewhere it tells what nobody here knows", async () => {
  open();
  await screen.findByRole("heading", { level: 1, name: "Hawk" });
  const text = () => document.body.textContent ?? "";
  expect(text()).toContain("9 of 10 pictures it never trained on. With 95 %");
  expect(text()).toContain("Before it was let in, the file answered 256 pictures");
  cleanup();

  card = { ...CARD, origin: "imported" };
  open();
  await screen.findByRole("heading", { level: 1, name: "Hawk" });
  expect(text()).toContain("9 of 10 pictures. It was made elsewhere: whether it");
  expect(text()).not.toContain("it never trained on");
  expect(text()).toContain("Its maker reports that the file answered 256 pictures");
});
