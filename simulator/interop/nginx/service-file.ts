import type { ServiceFile } from "../../protocol/spec.ts";
import { isCallVariable, textParts } from "../../protocol/nginx-variables.ts";
import { limited, limitedDuration } from "./limits.ts";
import { passSettings } from "./pass-settings.ts";
import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Pass } from "./scope.ts";
import { isOfThisMachine } from "./server-address.ts";
import type { Upstream, UpstreamServer } from "./upstream.ts";

type ServerFile = NonNullable<NonNullable<ServiceFile["balancer"]>["servers"]>[number];

/** As many instances as a service may have. */
const MOST_SERVERS = 100;
const HEAVIEST = 65_535;
/** What simulated servers do until somebody knows better. */
const SYNTHETIC = { latency: "20ms", errorRate: "0%" } as const;

/** An upstream, and what those who use it say, as a service of a cluster file. */
export function serviceFile(
  reading: Reading,
  upstream: Upstream,
  passes: readonly Pass[],
): ServiceFile {
  const { version } = reading;
  const servers = upstream.servers.slice(0, MOST_SERVERS);
  if (upstream.servers.length > MOST_SERVERS) {
    const message = `only the first ${MOST_SERVERS} of ${upstream.servers.length} servers are read: a service has no more instances`;
    reading.report("warning", message, placeOf(upstream.directive));
  }
  return {
    synthetic: SYNTHETIC,
    instances: servers.length,
    balancer: {
      ...method(reading, upstream),
      ...(version !== undefined && /^\d+(\.\d+){0,2}$/.test(version) && { version }),
      servers: servers.map((server) => serverFile(reading, server)),
    },
    health: { kind: "none" },
    ...passSettings(reading, passes),
  };
}

function method(
  reading: Reading,
  { method }: Upstream,
): Pick<NonNullable<ServiceFile["balancer"]>, "algorithm" | "key"> {
  if (!method) return { algorithm: "round-robin" };
  const { algorithm, key, directive } = method;
  if (key === undefined) return { algorithm };
  if (key === "") {
    reading.report("note", "without a key nginx balances round robin", placeOf(directive, 1));
    return { algorithm: "round-robin" };
  }
  return { algorithm, key: keyOfCalls(reading, directive, key) };
}

/** The key as it stands; what is always empty in it is said. */
function keyOfCalls(reading: Reading, directive: Directive, key: string): string {
  const warn = (message: string) => {
    reading.report("warning", message, placeOf(directive, 1));
  };
  const parts = textParts(key);
  if (typeof parts === "string") {
    warn(`the key cannot be read (${parts}); nearest: $remote_addr`);
    return "$remote_addr";
  }
  for (const part of parts) {
    if (!("variable" in part) || isCallVariable(part.variable)) continue;
    const name = part.variable;
    const maker = reading.variables.get(name)?.words[0].text;
    const reason = maker === undefined ? "a call has none" : `\`${maker}\` makes it in nginx`;
    warn(`$${name} is empty here, since ${reason}; nearest: one of the call, such as $arg_${name}`);
  }
  return key;
}

function serverFile(reading: Reading, server: UpstreamServer): ServerFile {
  const { directive, address } = server;
  const text = directive.words[1]?.text ?? "";
  const external = isOfThisMachine(address);
  if (address.kind === "name" && external) {
    const message =
      "nginx makes a server of each address of a name, here it is one; nearest: 127.0.0.1";
    reading.report("note", message, placeOf(directive, 1));
  }
  const within = (value: number, largest = Number.MAX_SAFE_INTEGER) =>
    limited(reading, directive, value, largest);
  const weight = within(server.weight, HEAVIEST);
  const maxConnections = within(server.maxConnections);
  const failTimeout = limitedDuration(reading, directive, server.failTimeoutMs);
  return {
    address: text,
    ...(external && { external }),
    ...(weight !== 1 && { weight }),
    // Written always: nginx's default is 1, that of a cluster file 0.
    maxFails: within(server.maxFails),
    ...(failTimeout !== "10s" && { failTimeout }),
    ...(maxConnections !== 0 && { maxConnections }),
    ...(server.backup && { backup: true }),
    ...(server.down && { down: true }),
  };
}
