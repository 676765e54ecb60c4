import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nginx } from "../../simulator/interop/nginx/index.ts";
import { readInOrder } from "../../simulator/interop/nginx/read.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { BALANCERS, ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { nginxServices } from "../support/nginx-services.ts";
import { requireProgram } from "../support/programs.ts";
import { tempFolder } from "../support/temp-folder.ts";

const program = requireProgram("nginx");
const VERSION = "1.22.1";

/** What one of the two says of a configuration. */
interface Verdict {
  /** The first error, with its line when nginx names one; `ok` without. */
  readonly error: string;
  /** nginx's own warnings, when there is no error. */
  readonly warnings: readonly string[];
}

/** FUSEBOARD_RUNS looks for more. */
const numRuns = Number(process.env.FUSEBOARD_RUNS ?? 400);

const OWN_WARNINGS = /^(load balancing method redefined|duplicate value ".*")$/;

/** nginx may say the same of a line twice. */
const unique = (warnings: readonly string[]): string[] => [...new Set(warnings)];

/** A piece of a configuration; mutations work on pieces. */
type Pieces = readonly string[];

const anyOf = (...pieces: readonly Pieces[]): fc.Arbitrary<Pieces> => fc.constantFrom(...pieces);

/** Of twelve, one that is odd. */
const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 11, arbitrary: usual }, { weight: 1, arbitrary: odd });

const count = mostly(
  fc.integer({ min: 1, max: 9 }).map(String),
  fc.constantFrom("0", "-1", "", "1.5", "x", "007", "65536", "9223372036854775808", "70000"),
);
const time = mostly(
  fc.oneof(
    fc.integer({ min: 0, max: 90 }).map((n) => `${String(n)}s`),
    fc.constantFrom("10", "1m30s", '"1h 30m"', "1w2d", "0", '"5s "'),
  ),
  fc.oneof(
    fc.constantFrom("", "500ms", "1y2M", "1M", "5m3ms", "s", "3x", "1s1s", '"5 3"', '" 5s"'),
    fc.constantFrom("99999999999999999999", "2d1w", "10S", "9999999999999999", "m5"),
  ),
);
const address = mostly(
  fc.oneof(
    fc
      .tuple(fc.integer({ min: 1, max: 250 }), fc.integer({ min: 1, max: 65_535 }))
      .map(([last, port]) => `10.0.0.${String(last)}:${String(port)}`),
    fc.constantFrom("10.0.0.1", "[::1]:81", "[::1]", "127.0.0.1", "localhost:80", "unix:/a.sock"),
  ),
  fc.oneof(
    fc.constantFrom("10.0.0.1:0", "10.0.0.1:", "10.0.0.1:x", ":80", '""', "[::1", "[::g]:1"),
    fc.constantFrom("unix:", "http://a", "10.0.0.1/x", "10.0.0.1:80:81", "[::1]x", "[::1]:65536"),
    fc.constantFrom("[]:1", "10.0.0.1?x"),
  ),
);
const parameter = mostly(
  fc.oneof(
    count.map((n) => `weight=${n}`),
    count.map((n) => `max_fails=${n}`),
    count.map((n) => `max_conns=${n}`),
    time.map((t) => (t.startsWith('"') ? `"fail_timeout=${t.slice(1)}` : `fail_timeout=${t}`)),
    fc.constantFrom("backup", "down"),
  ),
  fc.constantFrom("resolve", "slow_start=3s", "Down", "weight", "service=x", "route=a", "drain"),
);
const server = fc
  .tuple(address, fc.array(parameter, { maxLength: 3 }))
  .map(([where, parameters]) => ["server", where, ...parameters, ";"]);
const key = mostly(
  fc.constantFrom("$remote_addr", "$request_uri$arg_x", '"${uri}-${http_x}"', "$cookie_a", "a"),
  fc.constantFrom('""', "$nowhere", "$", '"${uri"', '"${}"', "$1x", "$made"),
);
const method = mostly(
  fc.oneof(
    anyOf(["least_conn", ";"], ["ip_hash", ";"], ["random", ";"]),
    anyOf(["random", "two", ";"], ["random", "two", "least_conn", ";"]),
    fc
      .tuple(key, mostly(anyOf([], ["consistent"]), anyOf(["always"])))
      .map(([of, how]) => ["hash", of, ...how, ";"]),
  ),
  fc.oneof(
    anyOf(["random", "three", ";"], ["random", "two", "least_time=header", ";"]),
    anyOf(["least_time", "header", ";"]),
  ),
);
const other = mostly(
  fc.oneof(
    anyOf(["zone", "a", "64k", ";"], ["zone", "b", "1m", ";"], ["zone", "a", ";"]),
    count.map((n) => ["keepalive", n === "" ? '""' : n, ";"]),
    time.map((t) => ["keepalive_timeout", t === "" ? '""' : t, ";"]),
    anyOf(["keepalive_requests", "5", ";"]),
  ),
  fc.oneof(
    anyOf(["zone", "a", "1k", ";"], ["zone", "a", "96k", ";"], ["zone", "a", "1x", ";"]),
    anyOf(["gzip", "on", ";"], ["unheard_of", "1", ";"], ["location", "/", "{", "}"]),
    anyOf(["sticky", "cookie", "a", ";"]),
  ),
);
const upstreamBody = fc
  .tuple(
    fc.oneof(
      { weight: 4, arbitrary: method.map((each) => [each]) },
      fc.array(method, { maxLength: 2 }),
    ),
    fc.array(fc.oneof({ weight: 4, arbitrary: server }, other), { minLength: 1, maxLength: 4 }),
    fc.option(method, { freq: 1, nil: [] }),
  )
  .map(([methods, servers, last]) => [...methods.flat(), ...servers.flat(), ...last]);
const passSetting = mostly(
  fc.oneof(
    fc
      .uniqueArray(fc.constantFrom("error", "timeout", "http_502", "http_429", "off"), {
        minLength: 1,
        maxLength: 3,
      })
      .map((words) => ["proxy_next_upstream", ...words, ";"]),
    count.map((n) => ["proxy_next_upstream_tries", n === "" ? '""' : n, ";"]),
    time.map((t) => ["proxy_next_upstream_timeout", t === "" ? '""' : t, ";"]),
    time.map((t) => ["proxy_read_timeout", t === "" ? '""' : t, ";"]),
    anyOf(["proxy_connect_timeout", "3s", ";"], ["gzip", "on", ";"], ["root", "/", ";"]),
    anyOf(["proxy_buffer_size", "8k", ";"], ["set", "$made", "1", ";"]),
  ),
  fc.oneof(
    anyOf(["proxy_next_upstream", ";"], ["proxy_next_upstream", "x", ";"]),
    anyOf(["proxy_next_upstream", "error", "error", ";"], ["gzip", "maybe", ";"]),
    anyOf(["client_max_body_size", "1x", ";"], ["proxy_set_header", "a", ";"]),
  ),
);
const pass = mostly(
  fc.constantFrom("http://one", "http://TWO/", "http://10.0.0.9:8/x", "http://one/"),
  fc.constantFrom("one", "http://", "http://one:8", "http://two:80/", "ftp://one"),
).map((url) => ["proxy_pass", url, ";"]);
const place = fc
  .tuple(
    mostly(
      anyOf(["/"], ["/p"], ["=", "/e"], ["~", "r$"], ["@named"], ["^~", "/q"]),
      anyOf(["?", "/"]),
    ),
    fc.array(fc.oneof(pass, passSetting), { maxLength: 3 }),
  )
  .map(([where, inside]) => ["location", ...where, "{", ...inside.flat(), "}"]);

const pieces: fc.Arbitrary<Pieces> = fc
  .tuple(
    fc.array(fc.tuple(mostly(fc.constantFrom("one", "two"), fc.constant("One")), upstreamBody), {
      maxLength: 2,
    }),
    fc.array(passSetting, { maxLength: 2 }),
    fc.array(place, { maxLength: 3 }),
  )
  .map(([upstreams, settings, places]) => [
    ...upstreams.flatMap(([name, body]) => ["upstream", name, "{", ...body, "}"]),
    ...["server", "{", "listen", "LISTEN", ";"],
    ...[...settings, ...places].flat(),
    "}",
  ]);

/** One thing that goes wrong with a text: a piece is lost, doubled or replaced, or the rest is. */
interface Mutation {
  readonly kind: "none" | "remove" | "double" | "replace" | "cut";
  readonly at: number;
  readonly by: string;
}
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.oneof(
    { weight: 4, arbitrary: fc.constant("none" as const) },
    fc.constantFrom("remove", "double", "replace", "cut"),
  ),
  at: fc.nat(200),
  by: fc.constantFrom("{", "}", ";", '"', "'", "\\", "#", "$", '"a"b', "x", '"y z"', "${a", ")"),
});

/** Whether a piece may change: a server without its `listen` would take port 80 of this machine. */
function mayChange(all: Pieces, at: number): boolean {
  const start = all.indexOf("listen") - 2;
  return at < start - 1 || at > start + 4;
}

function mutate(all: Pieces, { kind, at: wanted, by }: Mutation): Pieces {
  const at = wanted % all.length;
  if (kind === "cut") return all.slice(0, at);
  if (kind === "none" || !mayChange(all, at)) return all;
  const piece = all[at] ?? "";
  // Two of these would be other places, which nginx checks in other ways.
  if (kind === "double" && /^[{]$/.test(piece)) return all;
  const instead = { remove: [], double: [piece, piece], replace: [by] }[kind];
  return all.toSpliced(at, 1, ...instead);
}

/** Services with what nginx does not have. */
const anyServices: fc.Arbitrary<Record<string, ServiceFile>> = fc
  .array(
    fc.record({
      algorithm: fc.constantFrom(...BALANCERS),
      key: fc.constantFrom("$remote_addr", "$nobody_knows", '${uri} "{};#\\', "a".repeat(5000)),
      servers: fc.array(
        fc.record({
          name: fc.option(fc.string({ minLength: 1 }), { nil: undefined }),
          address: fc.constantFrom(
            undefined,
            "10.0.0.1:8",
            "*:80",
            "ipv4@10.0.0.1",
            "/a",
            "x;}",
            "[::",
          ),
          weight: fc.nat(3),
          failTimeout: fc.constantFrom("0s", "1500ms", "0.1ms", "24h"),
          backup: fc.boolean(),
          down: fc.boolean(),
          slowStart: fc.constantFrom("0s", "5s"),
        }),
        { maxLength: 3 },
      ),
      instances: fc.nat(4),
      retry: fc.constantFrom<ServiceFile["retry"][]>(
        undefined,
        { attempts: 3, on: ["5xx", 418] },
        { rules: "haproxy", on: ["none"] },
        { rules: "haproxy", retries: 0 },
        { rules: "nginx", on: [], timeout: "0.5ms" },
      ),
      timeout: fc.constantFrom("0.1ms", "1.5s", "576h"),
    }),
    { maxLength: 3 },
  )
  .map((all) =>
    Object.fromEntries(
      all.map(({ algorithm, key, servers, ...rest }, i) => [
        // Two of them are one name for nginx.
        ["Strange", "strange", "third"][i] ?? "",
        { synthetic: {}, balancer: { algorithm, key, servers }, ...rest },
      ]),
    ),
  );

describe.skipIf(program === undefined)("the real nginx", () => {
  const scope = new Scope();
  let folder: string;
  let file: string;

  beforeAll(async () => {
    folder = await tempFolder(scope, "nginx-t");
    file = join(folder, "nginx.conf");
  });
  afterAll(() => scope.dispose());

  /** A configuration around `body`, in which nginx writes only to the temporary folder. */
  function whole(body: string): string {
    const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
      .map((name) => `${name}_temp_path ${join(folder, name)};`)
      .join(" ");
    return `pid ${join(folder, "pid")}; error_log stderr; events {}
http { access_log off; ${temps}
${body.replace("LISTEN", `unix:${join(folder, "socket")}`)}
`;
  }

  async function theirs(text: string): Promise<Verdict> {
    await writeFile(file, text);
    const printed = await new Promise<string>((resolve) => {
      const args = ["-t", "-e", "stderr", "-p", folder, "-c", file];
      execFile(program ?? "", args, (_, __, stderr) => {
        resolve(stderr);
      });
    });
    // A message may have line feeds in it, if a word has.
    const said = (level: string): string[] =>
      [
        ...printed.matchAll(
          new RegExp(`\\[${level}\\] \\d+#\\d+: ([^]*?)\\n(?=nginx: |\\d{4}/)`, "g"),
        ),
      ].map(([, message = ""]) =>
        message
          .replace(` in ${file}:`, " at line ")
          // nginx prints one byte of a character.
          .replace(/unexpected "\P{ASCII}"/u, 'unexpected "ä"'),
      );
    const [error = "ok"] = said("emerg");
    if (error === "ok") expect(printed).toContain("test is successful");
    // It may say the same of a line twice.
    return { error, warnings: error === "ok" ? unique(said("warn")) : [] };
  }

  function ours(text: string): Verdict {
    const { findings } = readInOrder({ path: file, text, version: VERSION });
    const errors = findings.filter(({ severity }) => severity === "error");
    const [first] = errors;
    const line = (each: { message: string; line: number }): string =>
      // Of what it finds after reading nginx does not say where it is.
      /^(unknown ".*" variable|zero size shared memory zone ".*")$/.test(each.message)
        ? each.message
        : `${each.message} at line ${String(each.line)}`;
    return {
      error: first ? line(first) : "ok",
      warnings: first
        ? []
        : unique(findings.filter(({ message }) => OWN_WARNINGS.test(message)).map(line)),
    };
  }

  async function same(text: string): Promise<void> {
    const expected = await theirs(text);
    // Names are not resolved here, so that a configuration reads the same everywhere.
    if (!expected.error.startsWith("host not found")) expect(ours(text), text).toEqual(expected);
  }

  it("accepts and refuses the same configurations, with the same words at the same line", async () => {
    await fc.assert(
      fc.asyncProperty(
        pieces,
        mutation,
        fc.array(fc.constantFrom(" ", "\n", " # note\n", "\t"), { minLength: 1, maxLength: 7 }),
        async (all, change, spaces) => {
          const body = [...mutate(all, change), "}"]
            .map((piece, i) => `${piece}${spaces[i % spaces.length] ?? " "}`)
            .join("");
          await same(whole(body));
        },
      ),
      // fast-check prints the seed and the smallest configuration.
      { numRuns },
    );
  }, 120_000);

  it("reads the same words out of any characters", async () => {
    const soup = fc.string({
      unit: fc.constantFrom(...Array.from("ab$${{};;\"'\\\\#)( \n\t\rntä")),
      maxLength: 60,
    });
    await fc.assert(
      // In this block any words are allowed, so that only how they are read decides.
      fc.asyncProperty(soup, (text) => same(whole(`types {\n${text}\n}\n}`))),
      { numRuns },
    );
  }, 120_000);

  it.each([4094, 4095, 4096, 4097, 9000])(
    "takes a word, a comment and a gap of %i bytes or refuses them as nginx does",
    async (length) => {
      for (const start of ["a ", 'a "', "a '", "#", " ", "a #", "a ä"]) {
        for (const filler of ["x", " ", "\n"]) {
          const closed = start.slice(2).replace("ä", "");
          const text = `${start}${filler.repeat(length)}${closed};\n`;
          await same(whole(`types {\n${text}a b;\n}\n}`));
          await same(whole(`types {\n${start}${filler.repeat(length)}`));
        }
      }
    },
  );

  it("accepts what is written, whatever the services", async () => {
    await fc.assert(
      fc.asyncProperty(nginxServices, anyServices, async (usual, strange) => {
        const files = Object.entries({ ...strange, ...usual });
        const services = files.map(([name, file]) => [name, ServiceSpec.parse(file)] as const);
        const { text } = nginx.write(Object.fromEntries(services));
        const listen = "listen 127.0.0.1:8080;";
        expect(text).toContain(listen);
        const body = text.replace(listen, "listen LISTEN;");
        expect(await theirs(whole(`${body}}`)), text).toEqual({ error: "ok", warnings: [] });
      }),
      { numRuns: Math.ceil(numRuns / 4) },
    );
  }, 120_000);
});
