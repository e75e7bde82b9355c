/// <reference types="vitest/config" />
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const backend = `127.0.0.1:${process.env.PORT ?? "8000"}`;

export default defineConfig(({ command }) => ({
  // Django serves the built files under /static/; Vite itself serves at the root.
  base: command === "build" ? "/static/" : "/",
  plugins: [react(), tailwindcss()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  build: {
    manifest: true,
    // The policy of the site allows no data: fonts or scripts.
    assetsInlineLimit: 0,
    target: "es2023",
  },
  server: {
    proxy: {
      // Writes are checked against the page's own host, which so must get through.
      "/api": { target: `http://${backend}`, changeOrigin: false },
      "/_allauth": { target: `http://${backend}`, changeOrigin: false },
      "/accounts/": { target: `http://${backend}`, changeOrigin: false },
      "/media": `http://${backend}`,
      "/ws": { target: `ws://${backend}`, ws: true },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
  },
}));
