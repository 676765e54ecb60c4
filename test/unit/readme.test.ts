import { readFile } from "node:fs/promises";
import { format } from "prettier";
import { expect, test } from "vitest";
import { withReference } from "../support/reference.ts";

test("README.md holds the reference of today's schema; `npm run reference` writes it", async () => {
  const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  const fresh = await format(withReference(readme), { parser: "markdown", printWidth: 100 });
  expect(readme).toBe(fresh);
});
