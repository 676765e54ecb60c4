import { once } from "node:events";
import { Agent, request, type IncomingMessage, type ServerResponse } from "node:http";
import type { AttemptEnd, Balancer, Member } from "../../simulator/balancing/contract.ts";
import { balancerOf } from "../../simulator/balancing/index.ts";
import type { AttemptResult } from "../../simulator/call/contract.ts";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { nginxRetry } from "../../simulator/resilience/retry-rules/nginx.ts";
import { NginxRetry } from "../../simulator/protocol/spec.ts";
import { balancerWith, membersOf, subjectOf } from "./members.ts";
import type { Mood } from "./nginx.ts";
import { Upstream } from "./nginx.ts";
import { directiveOf, hasHang, type Scenario, type ScenarioRequest } from "./nginx-scenarios.ts";

/** Whom a request went to, by the places of the servers, and what came of it. */
export interface Played {
  readonly tried: readonly string[];
  readonly status: number;
}

/** Plays a scenario's requests: the real nginx, or ours. */
export interface Player {
  /** `path` is the whole request line's; what is held keeps its place until {@link release}. */
  ask(path: string, of: ScenarioRequest): Promise<Played>;
  release(path: string): Promise<void>;
  become(server: number, mood: Mood): Promise<void>;
}

/** The real nginx in front of real servers, as one `upstream` and one `server` of it. */
export class RealPlayer implements Player {
  readonly #scenario: Scenario;
  readonly #name: string;
  readonly #port: number;
  readonly #held: Map<string, ServerResponse>;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #open = new Map<string, IncomingMessage>();
  #upstreams: readonly Upstream[] = [];

  constructor(scenario: Scenario, name: string, port: number, held: Map<string, ServerResponse>) {
    this.#scenario = scenario;
    this.#name = name;
    this.#port = port;
    this.#held = held;
  }

  /** Starts the servers; the scope ends them. */
  async start(scope: Scope): Promise<void> {
    scope.add(() => {
      this.#agent.destroy();
    });
    const upstreams: Upstream[] = [];
    for (const { twin } of this.#scenario.servers) {
      const before = upstreams.at(-1);
      const upstream = (twin ? before : undefined) ?? new Upstream(this.#held);
      if (upstream !== before) await upstream.start(scope);
      upstreams.push(upstream);
    }
    this.#upstreams = upstreams;
  }

  get addresses(): readonly string[] {
    return this.#upstreams.map(({ port }) => `127.0.0.1:${String(port)}`);
  }

  /** Its blocks in nginx's configuration. */
  get config(): string {
    const { servers, on, tries } = this.#scenario;
    const lines = servers.map(({ weight, maxFails, failTimeout, maxConns, role }, i) => {
      const limits = `max_fails=${String(maxFails)} fail_timeout=${String(failTimeout)}s max_conns=${String(maxConns)}`;
      return `server ${this.addresses[i] ?? ""} weight=${String(weight)} ${limits} ${role};`;
    });
    const wait = hasHang(this.#scenario) ? "400ms" : "60s";
    return `upstream ${this.#name} { ${directiveOf(this.#scenario)} ${lines.join(" ")} }
server {
  listen 127.0.0.1:${String(this.#port)};
  set_real_ip_from 127.0.0.1;
  real_ip_header x-real-ip;
  location / {
    proxy_pass http://${this.#name};
    proxy_buffering off;
    proxy_read_timeout ${wait};
    proxy_next_upstream ${on.join(" ")};
    proxy_next_upstream_tries ${String(tries)};
    add_header x-tried $upstream_addr always;
  }
}`;
  }

  async ask(path: string, of: ScenarioRequest): Promise<Played> {
    const { method, client, headers, hold } = of;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const all = { ...headers, "x-real-ip": client };
      const options = { host: "127.0.0.1", port: this.#port, path, method, headers: all };
      request({ ...options, agent: this.#agent })
        .on("response", resolve)
        .on("error", reject)
        .end();
    });
    const status = response.statusCode ?? 0;
    const tried = String(response.headers["x-tried"] ?? "").split(", ");
    if (hold && status === 200) this.#open.set(path, response);
    else {
      response.resume();
      if (!response.readableEnded) await once(response, "end");
    }
    return { status, tried: tried.map((address) => placeOf(this.addresses, address)) };
  }

  async release(path: string): Promise<void> {
    const response = this.#open.get(path);
    if (!response) throw new Error(`Nothing is held at ${path}.`);
    this.#open.delete(path);
    for (const [at, held] of this.#held) {
      if (at !== path) continue;
      held.end();
      this.#held.delete(at);
    }
    response.resume();
    if (!response.readableEnded) await once(response, "end");
  }

  async become(server: number, mood: Mood): Promise<void> {
    await this.#upstreams[server]?.become(mood);
  }
}

/** Ours: the balancer and nginx's retry rules, on the clock of the wall. */
export class OurPlayer implements Player {
  readonly #scenario: Scenario;
  readonly #addresses: readonly string[];
  readonly #members: readonly Member[];
  readonly #moods: Mood[];
  readonly #balancer: Balancer;
  readonly #rules: ReturnType<typeof nginxRetry>;
  readonly #held = new Map<string, () => void>();

  constructor(scenario: Scenario, addresses: readonly string[]) {
    const { algorithm, key, servers, on, tries } = scenario;
    this.#scenario = scenario;
    this.#addresses = addresses;
    this.#moods = servers.map(() => 200);
    this.#members = membersOf(
      servers.map(({ weight }) => weight),
      servers.map(({ maxFails, failTimeout, maxConns, role }, i) => ({
        maxFails,
        failTimeout: failTimeout * 1000,
        maxConnections: maxConns,
        backup: role === "backup",
        address: addresses[i],
      })),
    ).map((member, i) => {
      return { ...member, excluded: servers[i]?.role === "down" ? "down" : undefined };
    });
    const clock = { now: () => Date.now(), after: () => () => undefined };
    const spec = { key, version: "1.22" };
    const random = seededRandom(1);
    this.#balancer = balancerWith(balancerOf(algorithm), this.#members, spec, { clock, random });
    this.#rules = nginxRetry(NginxRetry.parse({ rules: "nginx", on, tries }));
  }

  ask(path: string, of: ScenarioRequest): Promise<Played> {
    const { method, client, headers, hold } = of;
    const all = { host: "127.0.0.1", ...headers };
    const subject = subjectOf({ method, client, uri: path, headers: all });
    const selection = this.#balancer.begin(subject, { tried: new Set(), reuse: false });
    const call = { method, idempotent: false, replayable: true, tries: selection.tries };
    const retries = this.#rules.begin(call);
    const tried: string[] = [];
    for (;;) {
      const { member } = selection.pick({ record: true });
      if (!member) {
        tried.push("nobody");
        return Promise.resolve({ tried, status: 502 });
      }
      const at = this.#members.indexOf(member);
      tried.push(placeOf(this.#addresses, this.#addresses[at] ?? ""));
      this.#load(member, 1);
      const { result, end } = resultOf(member, this.#moods[at] ?? 200);
      const again = retries.after(result, 0) !== undefined;
      const free = () => {
        selection.ended(member, { ...end, again });
        this.#load(member, -1);
      };
      if (hold && end.status === 200) this.#held.set(path, free);
      else free();
      if (again) continue;
      const status = end.status ?? (end.outcome === "timeout" ? 504 : 502);
      return Promise.resolve({ tried, status });
    }
  }

  release(path: string): Promise<void> {
    this.#held.get(path)?.();
    this.#held.delete(path);
    return Promise.resolve();
  }

  become(server: number, mood: Mood): Promise<void> {
    const address = this.#addresses[server];
    for (const i of this.#scenario.servers.keys()) {
      if (this.#addresses[i] === address) this.#moods[i] = mood;
    }
    return Promise.resolve();
  }

  #load(member: Member, by: number): void {
    member.load.inFlight += by;
    this.#balancer.loadChanged?.(member);
  }
}

function resultOf(
  { id: instance }: Member,
  mood: Mood,
): { result: AttemptResult; end: Omit<AttemptEnd, "again"> } {
  if (typeof mood !== "number") {
    const outcome = mood === "hangs" ? "timeout" : "unavailable";
    const end = { outcome, sent: mood !== "refuses", ms: 1 } as const;
    return { result: { ...end, instance }, end };
  }
  const outcome = mood < 500 ? "success" : "failure";
  const end = { outcome, sent: true, ms: 1, status: mood } as const;
  const response = {
    status: mood,
    headers: [],
    body: Buffer.alloc(0),
    done: Promise.resolve(true),
    discard: () => undefined,
  };
  return { result: { outcome, sent: true, instance, response }, end };
}

/** The place of the server with this address, from 1; nginx names the upstream for nobody. */
function placeOf(addresses: readonly string[], address: string): string {
  const place = addresses.indexOf(address);
  return place < 0 ? "nobody" : String(place + 1);
}
