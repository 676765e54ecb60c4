import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { canFindMarked, markedProcesses } from "../support/marked-processes.ts";
import { NpmCommand } from "../support/npm-command.ts";
import { sample } from "../support/paths.ts";
import { until } from "../support/until.ts";

interface Line {
  readonly kind: string;
  readonly gateway: string;
  readonly etcd: string;
  readonly pid: number;
}

const NGINX = join(sample, "nginx.conf");
const MARK = "FUSEBOARD_TEST_COMMAND";

describe("npm run -s fuseboard", () => {
  let scope: Scope;
  const mark = randomBytes(8).toString("hex");

  beforeEach(() => {
    scope = new Scope();
  });
  afterEach(() => scope.dispose());

  const fuseboard = (...args: string[]): NpmCommand =>
    new NpmCommand(scope, ["run", "-s", "fuseboard", "--", ...args], { [MARK]: mark });
  const parse = (line: string | undefined): Line => JSON.parse(line ?? "null") as Line;

  it.each([
    { args: ["up", "/no such/folder"], sentence: "fuseboard: There is no file or folder" },
    { args: ["up"], sentence: "fuseboard: missing required argument 'path'" },
    { args: ["up", ".", "--for", "soon"], sentence: 'fuseboard: "soon" is no duration.' },
    { args: ["etcd", "--port", "x"], sentence: 'fuseboard: "x" is no port.' },
    { args: ["--bogus"], sentence: "fuseboard: unknown option '--bogus'. Try --help." },
    {
      args: [],
      sentence:
        "fuseboard: expected a command: up, invoke, balance, breaker, import, export, etcd. Try --help.",
    },
    { args: ["invoke", "a", "{"], sentence: "fuseboard: " },
    {
      args: ["invoke", "a", "{}", "--gateway", "localhost:1"],
      sentence: 'fuseboard: "localhost:1" is no URL. Expected http://127.0.0.1:<port>.',
    },
    {
      args: ["balance", NGINX, "--upstream", "shop", "--trace", sample],
      sentence: `fuseboard: The trace ${sample} cannot be read: it is a folder.`,
    },
    { args: ["balance", sample], sentence: `fuseboard: ${sample} cannot be read: it is a folder.` },
    {
      args: ["import", NGINX, "--into", join(sample, "no/such/folder.yaml")],
      sentence: `cannot be written: there is no folder ${join(sample, "no/such")}.`,
    },
  ])("answers $args with one line and exit code 2", async ({ args, sentence }) => {
    const command = fuseboard(...args);
    expect(await command.rest()).toEqual({ lines: [], code: 2 });
    expect(command.errors).toContain(sentence);
    expect(command.errors.trim().split("\n")).toHaveLength(1);
  });

  it.each([[[]], [["up"]], [["invoke"]], [["etcd"]]])("shows help for %j", async (command) => {
    const { lines, code } = await fuseboard(...command, "--help").rest();
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^Usage: fuseboard/);
  });

  it("stops by itself after the time that it was given", async () => {
    const { code } = await fuseboard("up", sample, "--for", "2s").rest();
    expect(code).toBe(0);
  });

  it("invokes a function of the sample with the payload as given", async () => {
    const up = fuseboard("up", sample);
    const ready = parse(await up.line());
    expect(ready.kind).toBe("ready");
    expect(ready.etcd).toMatch(/^127\.0\.0\.1:\d+$/);
    const payload = JSON.stringify({ sku: `it's "a" $HOME \\ pear`, quantity: 1 });
    const invoke = fuseboard("invoke", "inventory", payload, "--gateway", ready.gateway);
    const answer = await invoke.rest();
    expect(answer.code).toBe(0);
    expect(JSON.parse(answer.lines.join(""))).toEqual({ available: false, price: 0 });
    up.child.kill("SIGTERM");
    const { lines } = await up.rest();
    expect(lines.map((line) => parse(line).kind)).toContain("call-ended");
  });

  it.skipIf(!canFindMarked).each<[string, (up: NpmCommand) => unknown]>([
    ["npm gets SIGTERM", (up) => up.child.kill("SIGTERM")],
    ["npm gets SIGINT", (up) => up.child.kill("SIGINT")],
    ["Ctrl-C is pressed", (up) => up.interrupt()],
  ])("stops gracefully and leaves nothing when %s", async (_when, stop) => {
    const up = fuseboard("up", sample, "--facts", "state");
    expect(parse(await up.line()).kind).toBe("ready");
    expect((await markedProcesses(MARK, mark)).length).toBeGreaterThan(9);
    stop(up);
    const { lines, code } = await up.rest();
    expect(parse(lines.at(-1)).kind).toBe("cluster-stopped");
    expect(code).toBe(0);
    const gone = async (): Promise<boolean> => (await markedProcesses(MARK, mark)).length === 0;
    expect(await until(gone, { timeoutMs: 2000 })).toBe(true);
  });
});
