import { afterEach, expect, test, vi } from "vitest";
import { fetchExport, listMatches, type Progress } from "./profile";

afterEach(() => vi.unstubAllGlobals());

const bytes = (count: number) => new Uint8Array(count);

/** A server that sends the export in pieces. */
function serveExport(pieces: readonly number[], headers: Record<string, string>): void {
  const body = new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(bytes(piece));
      controller.close();
    },
  });
  vi.stubGlobal("fetch", async () => new Response(body, { headers }));
}

test("an export says how much of it is here, and keeps its name", async () => {
  serveExport([400, 600], {
    "Content-Length": "1000",
    "Content-Disposition": 'attachment; filename="eyevsai-alice.zip"',
  });
  const seen: Progress[] = [];
  const { name, file } = await fetchExport((progress) => seen.push(progress));
  expect(seen).toEqual([
    { bytes: 400, total: 1000 },
    { bytes: 1000, total: 1000 },
  ]);
  expect([name, file.size, file.type]).toEqual([
    "eyevsai-alice.zip",
    1000,
    "application/zip",
  ]);
});

test("an export of unknown length is fetched all the same", async () => {
  serveExport([5], {});
  const seen: Progress[] = [];
  const { name } = await fetchExport((progress) => seen.push(progress));
  expect(seen).toEqual([{ bytes: 5, total: null }]);
  expect(name).toBe("eyevsai-data.zip");
});

test("a refused export is an error with what the server said", async () => {
  const body = { code: "too_fast", message: "Wait.", detail: {} };
  vi.stubGlobal("fetch", async () => Response.json(body, { status: 429 }));
  await expect(fetchExport(() => {})).rejects.toMatchObject({ code: "too_fast" });
});

test("matches are asked for page by page", async () => {
  const asked: string[] = [];
  vi.stubGlobal("fetch", async ({ url }: Request) => {
    asked.push(new URL(url).search);
    return Response.json({ results: [], next: null });
  });
  await listMatches({ limit: 30 });
  await listMatches({ cursor: "a b" });
  expect(asked).toEqual(["?limit=30", "?limit=20&cursor=a+b"]);
});
