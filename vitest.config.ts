import { defineConfig } from "vitest/config";

const timeouts = { testTimeout: 30_000, hookTimeout: 60_000 };
const setupFiles = ["test/support/seed.ts"];

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", setupFiles, include: ["test/unit/**/*.test.ts"], ...timeouts } },
      {
        test: {
          name: "contract",
          setupFiles,
          include: ["test/contract/**/*.test.ts"],
          ...timeouts,
        },
      },
      {
        test: {
          name: "peers",
          setupFiles,
          include: ["test/peers/**/*.test.ts"],
          // These start programs that want the machine for themselves.
          fileParallelism: false,
          ...timeouts,
        },
      },
      {
        test: {
          name: "vscode",
          include: ["test/vscode/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
