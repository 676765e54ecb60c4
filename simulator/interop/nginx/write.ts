import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Exported } from "../contract.ts";
import { serviceNameOf } from "../service-names.ts";
import { ServiceText } from "./service-text.ts";
import { writeLocation } from "./write-location.ts";
import { writeUpstream, type Addresses } from "./write-upstream.ts";

const FIRST_PORT = 9001;
const HEAD = [
  "# For http {} of nginx.conf, such as a file of conf.d.",
  "# Servers with a comment behind them: 127.0.0.1 and a port stand for the instance named there.",
];

/** Writes services as upstreams, and a server that passes `/<name>/` to each. */
export function write(services: Readonly<Record<string, ServiceSpec>>): Exported {
  const addresses = freeAddresses(Object.values(services));
  // nginx does not tell capitals apart.
  const taken = new Set<string>();
  const written = Object.entries(services).map(([service, spec]) => {
    const upstream = new ServiceText(service);
    const location = new ServiceText(service);
    const name = serviceNameOf(service, taken);
    if (name !== service) {
      upstream.remark(`${service}: nginx does not tell capitals apart; nearest is ${name}`);
    }
    writeUpstream(upstream, name, spec, addresses);
    writeLocation(location, name, spec);
    return { upstream, location };
  });
  const server = [
    "server {",
    "listen 127.0.0.1:8080;",
    ...written.flatMap(({ location }) => ["", ...location.lines]),
    "}",
  ];
  const lines = [...HEAD, ...written.flatMap(({ upstream }) => ["", ...upstream.lines])];
  return {
    text: `${indented([...lines, "", ...server]).join("\n")}\n`,
    findings: written.flatMap(({ upstream, location }) => [
      ...upstream.findings,
      ...location.findings,
    ]),
  };
}

function freeAddresses(services: readonly ServiceSpec[]): Addresses {
  const used = new Set(
    services.flatMap(({ balancer }) => balancer.servers?.map(({ address }) => address) ?? []),
  );
  let port = FIRST_PORT;
  return {
    next: () => {
      while (used.has(`127.0.0.1:${port}`)) port++;
      return `127.0.0.1:${port++}`;
    },
  };
}

/** Four spaces for each block around a line. */
function indented(lines: readonly string[]): readonly string[] {
  let depth = 0;
  return lines.map((line) => {
    if (line === "}") depth--;
    const text = line === "" ? "" : `${"    ".repeat(depth)}${line}`;
    if (/^[a-z][^#]*\{$/.test(line)) depth++;
    return text;
  });
}
