import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { haproxy as format } from "../../simulator/interop/haproxy/index.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { judgeByHaproxy, type Alert } from "../support/haproxy.ts";
import { haproxyConfigurations } from "../support/haproxy-configurations.ts";
import { serviceSpecs } from "../support/service-files.ts";
import { requireProgram } from "../support/programs.ts";
import { tempFolder } from "../support/temp-folder.ts";

const haproxy = requireProgram("haproxy");
const RUNS = Number(process.env.FUSEBOARD_RUNS ?? "120");

/** Depends on the machine, and not on the text: names that it would have to resolve. */
const OF_THE_MACHINE =
  /could not resolve address|DNS resolution|unable to find required|stick-table/;

describe.skipIf(haproxy === undefined)("the real HAProxy's judgement of a configuration", () => {
  const scope = new Scope();
  let folder = "";

  beforeAll(async () => {
    folder = await tempFolder(scope, "haproxy");
  });
  afterAll(() => scope.dispose());

  /** What is wrong, as ours says it: with a line where HAProxy names one. */
  function ours(text: string, theirs: readonly Alert[]) {
    const { findings } = format.read?.({ path: "F", text, version: "2.6" }) ?? { findings: [] };
    const said = new Set(theirs.map(({ message }) => message));
    const unplaced = new Set(
      theirs.filter(({ line }) => line === undefined).map(({ message }) => message),
    );
    return {
      hasUnknown: findings.some(({ message }) => message.includes("is not known here")),
      isValid: findings.every(({ severity }) => severity !== "error"),
      // Alerts that it starts with in spite of them are warnings of ours.
      alerts: findings
        .filter(({ severity, message }) => severity === "error" || said.has(message))
        .map(({ line, message }) => {
          // HAProxy names the place of a line's first message only.
          const bare = [message, message.replace(/^'server [^']*' : /, "")].find((text) =>
            unplaced.has(text),
          );
          return bare === undefined ? { line, message } : { line: undefined, message: bare };
        }),
    };
  }

  it("is ours, line by line and word by word", async () => {
    await fc.assert(
      fc.asyncProperty(haproxyConfigurations, async (text) => {
        // A line's end in a word ends the message.
        fc.pre(!/\\[nr]/.test(text));
        const theirs = await judgeByHaproxy(haproxy ?? "", join(folder, "read.cfg"), text);
        fc.pre(!theirs.alerts.some(({ message }) => OF_THE_MACHINE.test(message)));
        const mine = ours(text, theirs.alerts);
        // HAProxy takes a variable that is not there for nothing; ours keeps its name.
        fc.pre(!mine.hasUnknown);
        expect({ isValid: mine.isValid, alerts: mine.alerts }).toEqual(theirs);
      }),
      // fast-check prints the seed and the smallest configuration that differs.
      { numRuns: RUNS },
    );
  }, 120_000);

  it("takes what ours writes", async () => {
    await fc.assert(
      fc.asyncProperty(serviceSpecs, async (specs) => {
        const { text } = format.write(specs, "2.6");
        expect(await judgeByHaproxy(haproxy ?? "", join(folder, "written.cfg"), text)).toEqual({
          isValid: true,
          alerts: [],
        });
      }),
      { numRuns: 60 },
    );
  }, 120_000);
});
