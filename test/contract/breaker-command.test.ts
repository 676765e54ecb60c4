import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { BREAKERS } from "../../simulator/protocol/breaker-spec.ts";
import { NpmCommand } from "../support/npm-command.ts";

/** Where the defaults need more calls than there are. */
const CONFIGS: Readonly<Record<string, string>> = {
  sampling: '{"minimumRps":2}',
  count: '{"size":20}',
};

describe("npm run -s fuseboard -- breaker", () => {
  let scope: Scope;

  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.dispose());

  async function run(input: readonly object[], ...args: string[]) {
    const text = input.map((line) => `${JSON.stringify(line)}\n`).join("");
    const words = ["run", "-s", "fuseboard", "--", "breaker", ...args];
    const command = new NpmCommand(scope, words, {}, text);
    return { ...(await command.rest()), errors: command.errors };
  }

  const failures = Array.from({ length: 25 }, (_, id) => ({ t: id * 10, ms: 1, ok: false, id }));

  it.each(BREAKERS)("opens %s by failures, and prints exactly these keys", async (engine) => {
    const later = { t: 700, ms: 0, ok: true, id: "later" };
    const { lines, code, errors } = await run(
      [...failures, later],
      "--engine",
      engine,
      "--config",
      CONFIGS[engine] ?? "{}",
    );
    expect({ code, errors }).toEqual({ code: 0, errors: "" });
    expect(lines).toHaveLength(26);
    expect(lines[0]).toBe('{"id":0,"t":0,"admitted":true,"outcome":"failure","state":"closed"}');
    expect(lines.at(-1)).toBe(
      '{"id":"later","t":700,"admitted":false,"outcome":"short-circuit","state":"open"}',
    );
  });

  it("prints what there is before a line that is wrong, and ends with 1", async () => {
    const { lines, code, errors } = await run(
      [
        { t: 0, ms: 1, ok: true, id: 1 },
        { t: 5, ms: 1, ok: true, id: 2 },
        { t: 2, do: "reset" },
      ],
      "--engine",
      "hystrix-go",
    );
    expect(lines).toEqual(['{"id":1,"t":0,"admitted":true,"outcome":"success","state":"closed"}']);
    expect(errors).toBe(
      'fuseboard: Line 3 of the timeline is wrong: it is at 2ms, before the line at 5ms. Sort the lines by "t".\n',
    );
    expect(code).toBe(1);
  });

  it.each([
    { args: [], says: "required option '--engine <name>' not specified" },
    {
      args: ["--engine", "histrix"],
      says: 'There is no engine "histrix". Did you mean "hystrix"?',
    },
    {
      args: ["--engine", "hystrix-go", "--config", '{"ErrorPercentThreshold":120}'],
      says: 'The setting "ErrorPercentThreshold" cannot be 120. Expected per cent',
    },
  ])("answers $args with a sentence, and ends with 2", async ({ args, says }) => {
    const { lines, code, errors } = await run([], ...args);
    expect(errors).toContain(says);
    expect({ lines, code }).toEqual({ lines: [], code: 2 });
  });
});
