import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { NpmCommand } from "../support/npm-command.ts";
import { tempFolder } from "../support/temp-folder.ts";

const NGINX = `upstream backend {
  server 10.0.0.1:80 weight=5;
  server 10.0.0.2:80;
  server 10.0.0.3:80;
}
upstream other { ip_hash; server 10.0.1.1; server 10.0.1.2; }
server {
  location / { proxy_pass http://backend; }
}
`;

describe("npm run -s fuseboard -- balance", () => {
  let scope: Scope;
  let folder: string;

  beforeEach(async () => {
    scope = new Scope();
    folder = await tempFolder(scope, "balance");
  });
  afterEach(() => scope.dispose());

  /** Runs it on files with these texts; `-f NAME` stands for the path of one. */
  async function run(files: Readonly<Record<string, string>>, ...args: string[]) {
    const paths = new Map<string, string>();
    for (const [name, text] of Object.entries(files)) {
      const path = join(folder, name);
      await writeFile(path, text);
      paths.set(name, path);
    }
    const words = args.map((word) => paths.get(word) ?? word);
    const command = new NpmCommand(scope, ["run", "-s", "fuseboard", "--", "balance", ...words]);
    return { ...(await command.rest()), errors: command.errors };
  }

  const trace = (...lines: object[]) => lines.map((line) => JSON.stringify(line)).join("\n");

  it("picks as nginx does, retries as it does, in virtual time", async () => {
    const requests = trace(
      ...Array.from({ length: 7 }, (_, i) => ({ t: i })),
      { t: 100, outcomes: { "10.0.0.1:80": "refused" } },
      { t: 200 },
      { t: 20_000, outcomes: { "10.0.0.1:80": "ok" } },
      ...Array.from({ length: 7 }, (_, i) => ({ t: 20_001 + i })),
    );
    const files = { "nginx.conf": NGINX, "trace.jsonl": requests };
    const { lines, code, errors } = await run(
      files,
      "nginx.conf",
      "--upstream",
      "backend",
      "--trace",
      "trace.jsonl",
    );
    expect(errors).toBe("");
    expect(code).toBe(0);
    const results = lines.map((line) => JSON.parse(line) as { picks: string[]; status: number });
    expect(results.slice(0, 7).map(({ picks }) => picks[0]?.at(-4))).toEqual("1121311".split(""));
    // Failed once it is out for ten seconds; then it is tried again.
    expect(results[7]?.picks).toEqual(["10.0.0.1:80", "10.0.0.2:80"]);
    expect(results[8]?.picks).toEqual(["10.0.0.3:80"]);
    const later = results.slice(9).flatMap(({ picks }) => picks);
    expect(later.filter((address) => address === "10.0.0.1:80").length).toBeGreaterThan(3);
    expect(results.every(({ status }) => status === 200)).toBe(true);
  });

  it.each([
    {
      what: "several upstreams",
      args: ["nginx.conf"],
      says: "has several: backend, other. Name one with --upstream.",
      exit: 2,
    },
    {
      what: "an upstream that is not there",
      args: ["nginx.conf", "--upstream", "nope"],
      says: 'has no upstream "nope". Known: backend, other.',
      exit: 2,
    },
    {
      what: "a file that is not there",
      args: ["missing.conf"],
      says: "missing.conf cannot be read: there is no such file.",
      exit: 2,
    },
    {
      what: "a file of another kind",
      args: ["notes.txt"],
      says: "is neither a configuration of nginx nor one of HAProxy.",
      exit: 2,
    },
    {
      what: "a version that is none",
      args: ["nginx.conf", "--upstream", "backend", "--version", "new"],
      says: '"new" is no version. Expected one such as 1.22 or 2.6.',
      exit: 2,
    },
    {
      what: "a mistake in the configuration",
      args: ["wrong.conf"],
      says: 'wrong.conf:1:29: error: invalid parameter "weight=0"',
      exit: 1,
    },
  ])("answers $what with a sentence", async ({ args, says, exit }) => {
    const files = {
      "nginx.conf": NGINX,
      "notes.txt": "Nothing of that kind.\n",
      "wrong.conf": "upstream b { server 1.1.1.1 weight=0; }\n",
    };
    const { lines, code, errors } = await run(files, ...args);
    expect(errors).toContain(says);
    expect({ lines, code }).toEqual({ lines: [], code: exit });
  });
});
