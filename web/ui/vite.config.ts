import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` sends API calls: the address of a running `headway web`. */
const BACKEND = process.env.HEADWAY_UI_BACKEND ?? "http://127.0.0.1:8080";

export default defineConfig({
  // relative: the web node writes the path it is mounted at into <base>
  base: "./",
  plugins: [react()],
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  server: { host: "127.0.0.1", proxy: { "/api/": { target: BACKEND } } },
  build: {
    outDir: process.env.HEADWAY_UI_OUT ?? "../headway_web/ui",
    emptyOutDir: true,
    assetsDir: "static",
    target: ["chrome120", "firefox121", "safari17"],
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
  test: {
    environment: "node",
    include: ["src/**/*.test.{ts,tsx}"],
    env: { TZ: "Asia/Seoul" },
    testTimeout: 60_000,
  },
});
