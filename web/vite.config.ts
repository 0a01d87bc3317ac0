import { defineConfig } from "vite";

/** The console goes into the Python package; `--mode bench` builds the measuring page beside it, outside the package. */
export default defineConfig(({ mode }) => ({
  base: "./",
  // The package's own entry brings every symbol set of every standard; five sets are enough here.
  resolve: { alias: { "milsymbol-parts": new URL("node_modules/milsymbol/index.mjs", import.meta.url).pathname } },
  build: {
    target: "es2022",
    outDir: mode === "bench" ? "dist-bench" : "../src/jointsky/console/static",
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
    rollupOptions: { input: mode === "bench" ? "bench.html" : "index.html" },
  },
}));
