import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { Balanced } from "../../simulator/offline/balance.ts";
import { MoodyServer } from "../support/moody-servers.ts";
import { freePort, play, startProgram, type Step } from "../support/played-trace.ts";
import { requireProgram } from "../support/programs.ts";
import { balanced, randomTrace } from "../support/random-trace.ts";
import { tempFolder } from "../support/temp-folder.ts";

/*
 * The whole way of `fuseboard balance`: the text of a configuration is read, a trace is played
 * through it in virtual time, and through the real nginx in real time.
 */

const nginx = requireProgram("nginx");
const MOST = 4;
/** FUSEBOARD_RUNS looks for more. */
const numRuns = Number(process.env.FUSEBOARD_RUNS ?? 30);

const server = fc.record({
  weight: fc.integer({ min: 1, max: 5 }),
  maxFails: fc.constantFrom(undefined, 0, 1, 2, 3),
  failTimeout: fc.constantFrom(undefined, 1, 2),
  role: fc.oneof(
    { weight: 8, arbitrary: fc.constant("") },
    fc.constant("down"),
    fc.constant("backup"),
  ),
});
const configuration = fc
  .record({
    servers: fc.array(server, { minLength: 1, maxLength: MOST }),
    method: fc.constantFrom(
      "",
      "",
      "least_conn;",
      "ip_hash;",
      "hash $request_uri;",
      "hash $arg_user consistent;",
      "hash $http_x_user$remote_addr;",
      "hash $uri$is_args$args;",
    ),
    next: fc.constantFrom(
      "",
      "proxy_next_upstream off;",
      "proxy_next_upstream error timeout http_500 http_404;",
      "proxy_next_upstream error http_500 non_idempotent; proxy_next_upstream_tries 2;",
    ),
  })
  .filter(({ servers }) => servers.some(({ role }) => role !== "backup"));
type Configuration = typeof configuration extends fc.Arbitrary<infer T> ? T : never;

const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.constant("ok" as const) },
  { weight: 3, arbitrary: fc.constant("refused" as const) },
  { weight: 1, arbitrary: fc.constantFrom(500, 404) },
);
/** Of odd pieces; some paths are such that nginx refuses them before it asks anybody. */
const oddUri = fc
  .array(
    fc.constantFrom(
      "a",
      "/",
      "//",
      "/./",
      "/../",
      "%2e",
      "%2F",
      "%41",
      "%C3%A9",
      "%",
      "%00",
      "?",
      "#",
    ),
    { maxLength: 5 },
  )
  .map((pieces) => `/${pieces.join("")}`);
const trace = randomTrace({
  servers: MOST,
  outcome,
  uri: oddUri,
  gap: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constant(1100)),
});

describe.skipIf(nginx === undefined)("fuseboard balance and the real nginx", () => {
  const scope = new Scope();
  let servers: MoodyServer[];

  beforeAll(async () => {
    servers = await MoodyServer.startAll(MOST, scope);
  });
  afterAll(() => scope.dispose());

  function textOf({ servers: wanted, method, next }: Configuration): string {
    const lines = wanted.map(({ weight, maxFails, failTimeout, role }, i) => {
      const fails = maxFails === undefined ? "" : ` max_fails=${String(maxFails)}`;
      const timeout = failTimeout === undefined ? "" : ` fail_timeout=${String(failTimeout)}s`;
      const address = servers[i]?.address ?? "";
      return `  server ${address} weight=${String(weight)}${fails}${timeout} ${role};`;
    });
    // Behind a hash nginx refuses `backup`; before it, it takes it.
    const body = wanted.some(({ role }) => role === "backup")
      ? [...lines, method]
      : [method, ...lines];
    return `upstream backend {\n  ${body.join("\n")}\n}\n${next}\n`;
  }

  async function real(text: string, steps: readonly Step[]) {
    const own = scope.child();
    try {
      const folder = await tempFolder(own, "nginx");
      const port = await freePort();
      const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map((name) => `${name}_temp_path ${join(folder, name)};`)
        .join(" ");
      const file = join(folder, "nginx.conf");
      await writeFile(
        file,
        `daemon off; master_process off; pid ${join(folder, "pid")}; error_log stderr;
events {}
http {
  access_log off; ${temps}
  ${text}
  server {
    listen 127.0.0.1:${String(port)};
    location / {
      proxy_pass http://backend;
      add_header x-tried $upstream_addr always;
    }
  }
}`,
      );
      await startProgram(nginx ?? "", ["-p", folder, "-e", "stderr", "-c", file], port, own);
      return await play(port, steps, servers);
    } finally {
      for (const each of servers) await each.become("ok");
      await own.dispose();
    }
  }

  function ours(text: string, lines: readonly object[]): Promise<Balanced[]> {
    const whole = `${text}\nserver { location / { proxy_pass http://backend; } }`;
    return balanced("nginx", "1.22", whole, lines);
  }

  it("try the same servers in the same order, and answer the same, for random configurations", async () => {
    await fc.assert(
      fc.asyncProperty(configuration, trace, async (of, steps) => {
        const text = textOf(of);
        const played = await real(text, steps);
        fc.pre(played !== undefined);
        const theirs = played.map(({ status, headers }) => ({
          // Without a live server nginx names the upstream in its place.
          picks: (headers["x-tried"] ?? "")
            .split(", ")
            .filter((address) => address !== "" && address !== "backend"),
          status,
        }));
        const mine = await ours(
          text,
          played.map(({ line }) => line),
        );
        expect(mine.map(({ picks, status }) => ({ picks, status }))).toEqual(theirs);
      }),
      // fast-check prints the seed and the smallest configuration and trace that differ.
      { numRuns },
    );
  }, 240_000);
});
