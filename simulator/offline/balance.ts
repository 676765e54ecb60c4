import { isIP } from "node:net";
import { FuseboardError } from "../kernel/errors.ts";
import { requestRefusal } from "../balancing/nginx/request-refusal.ts";
import type { ServiceSpec } from "../protocol/spec.ts";
import { parseTraceLine, unknownKeys, type ServerOutcome, type TraceLine } from "./trace-line.ts";
import { checkHealth, type CheckResult } from "./virtual-health.ts";
import { VirtualService } from "./virtual-service.ts";
import type { Behaviour } from "./virtual-wire.ts";

/** What became of one request of a trace. */
export interface Balanced {
  readonly t: number;
  /** The servers that were tried, in turn, by their addresses. */
  readonly picks: readonly string[];
  readonly status: number;
}

interface Pending {
  readonly line: TraceLine;
  readonly picks: string[];
  status: number | undefined;
}

/**
 * Plays a trace of requests through a service in virtual time, by the code of the gateway. Results
 * come in the order of the lines. `warn` is told of servers that are not there. Throws a FuseboardError that names the line that is wrong.
 */
export async function* balance(
  spec: ServiceSpec,
  lines: AsyncIterable<string>,
  warn?: (message: string) => void,
): AsyncGenerator<Balanced> {
  const servers = spec.balancer.servers ?? [];
  const addresses = servers.map(({ address }, slot) => address ?? `server-${slot + 1}`);
  const outcomes = new Map<string, ServerOutcome>();
  const pending = new Map<string, Pending>();
  const ids = addresses.map((_, slot) => `server-${slot + 1}`);
  const addressOf = new Map(ids.map((id, slot) => [id, addresses[slot] ?? id]));
  const service = new VirtualService({
    name: "server",
    spec,
    seed: 1,
    instances: ids,
    behave: (member, call): Behaviour => {
      const address = addressOf.get(member.id) ?? member.id;
      const request = pending.get(call);
      request?.picks.push(address);
      const outcome = outcomes.get(address) ?? "ok";
      if (outcome === "refused" || outcome === "timeout") return outcome;
      return { status: outcome === "ok" ? 200 : outcome, ms: request?.line.serviceMs ?? 0 };
    },
  });
  const { clock, view } = service;
  checkHealth(clock, view, spec, ids, (slot) => {
    const outcome = outcomes.get(addresses[slot] ?? "") ?? "ok";
    return checkResult(spec, outcome);
  });
  const followsNginx = spec.retry?.rules === "nginx";
  let number = 0;
  let last = 0;
  let underWay = 0;
  const told = new Set<string>();
  for await (const text of lines) {
    number++;
    if (text.trim() === "") continue;
    const line = parseTraceLine(text, number);
    if (line.t < last) {
      const message = `Line ${number} of the trace is wrong: it is at ${line.t}ms, before the line at ${last}ms. Sort the lines by "t".`;
      throw new FuseboardError("trace", message);
    }
    last = line.t;
    for (const key of unknownKeys(line)) {
      if (!told.has(key)) {
        warn?.(`Line ${number} of the trace: "${key}" is not known, and changes nothing.`);
      }
      told.add(key);
    }
    if (isIP(line.client) === 0 && !told.has("client")) {
      warn?.(`Line ${number} of the trace: the client "${line.client}" is no IP address.`);
      told.add("client");
    }
    await clock.advanceTo(line.t);
    for (const [address, outcome] of Object.entries(line.outcomes)) {
      if (!addresses.includes(address) && !outcomes.has(address)) {
        const known = addresses.join(", ");
        warn?.(`Line ${number} of the trace: there is no server "${address}". Known: ${known}.`);
      }
      outcomes.set(address, outcome);
    }
    const id = number.toString(16).padStart(16, "0");
    const request: Pending = { line, picks: [], status: undefined };
    pending.set(id, request);
    const { client, method, uri } = line;
    const headers = Object.entries(line.headers).map(
      ([name, value]) => [name.toLowerCase(), value] as const,
    );
    const host = headers.find(([name]) => name === "host")?.[1];
    if (followsNginx) request.status = requestRefusal({ method, uri, host });
    if (request.status === undefined) {
      underWay++;
      void service.call({ client, method, uri, headers }, id).then(({ status }) => {
        request.status = status;
        underWay--;
      });
      await clock.settle();
    }
    yield* takeEnded(pending);
  }
  await clock.runUntil(() => underWay === 0);
  yield* takeEnded(pending);
}

/** The requests at the head of the line that have ended. */
function* takeEnded(pending: Map<string, Pending>): Generator<Balanced> {
  for (const [id, { line, picks, status }] of pending) {
    if (status === undefined) return;
    pending.delete(id);
    yield { t: line.t, picks, status };
  }
}

/** How a health check goes: a connection is enough, unless HTTP is asked for. */
function checkResult({ health }: ServiceSpec, outcome: ServerOutcome): CheckResult {
  if (outcome === "ok") return "passed";
  if (outcome === "refused") return "failed";
  if (health.kind === "tcp") return "passed";
  if (outcome === "timeout") return "late";
  return outcome >= 200 && outcome < 400 ? "passed" : "failed";
}
