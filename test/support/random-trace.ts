import fc from "fast-check";
import { balance, type Balanced } from "../../simulator/offline/balance.ts";
import { formatOf } from "../../simulator/interop/index.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import type { ServerOutcome } from "../../simulator/offline/trace-line.ts";
import type { Step } from "./played-trace.ts";

/** What random traces differ in. */
export interface TraceShape {
  /** Servers, whose outcomes change. */
  readonly servers: number;
  readonly outcome: fc.Arbitrary<ServerOutcome>;
  /** Pauses before requests, in ms. */
  readonly gap: fc.Arbitrary<number>;
  /** What is asked for besides. */
  readonly uri?: fc.Arbitrary<string>;
}

/** Requests by many callers for many things, at servers that die and return. */
export function randomTrace({ servers, outcome, gap, uri }: TraceShape): fc.Arbitrary<Step[]> {
  const item = fc
    .integer({ min: 0, max: 30 })
    .map((i) => `/item/${String(i)}/x?user=${String(i % 7)}`);
  const user = fc.constantFrom("ann", "bob", "a.com", "www.a.com", "x.y.b.co.uk", ".", "a.", "10");
  const step: fc.Arbitrary<Step> = fc.record({
    gap,
    client: fc.integer({ min: 0, max: 9 }).map((i) => `127.${String(i)}.7.9`),
    uri: uri ? fc.oneof({ weight: 6, arbitrary: item }, uri) : item,
    method: fc.constantFrom("GET", "GET", "POST"),
    headers: fc.oneof(
      fc.constant({}),
      user.map((name) => ({ "x-user": name })),
      user.map((name) => ({ "X-User": name })),
    ),
    outcomes: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      fc.array(fc.record({ server: fc.nat({ max: servers - 1 }), outcome }), { maxLength: 2 }),
    ),
  });
  return fc.array(step, { minLength: 1, maxLength: 25 });
}

/** What `fuseboard balance` makes of a trace, with the first service of a configuration. */
export async function balanced(
  format: "nginx" | "haproxy",
  version: string,
  text: string,
  lines: readonly object[],
): Promise<Balanced[]> {
  const read = formatOf(format)?.read?.({ path: `/${format}`, text, version });
  const service = read?.services[0]?.service;
  if (!service) throw new Error(JSON.stringify(read?.findings));
  const results: Balanced[] = [];
  for await (const line of balance(ServiceSpec.parse(service), textsOf(lines))) results.push(line);
  return results;
}

async function* textsOf(lines: readonly object[]): AsyncGenerator<string> {
  for (const line of lines) yield Promise.resolve(JSON.stringify(line));
}
