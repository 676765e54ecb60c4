import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { CallTrace } from "../../simulator/protocol/model.ts";
import type { BalancerFile, ServiceFile } from "../../simulator/protocol/spec.ts";
import { programKinds } from "../../simulator/dataplane/programs.ts";
import { brokenRules } from "../support/fact-rules.ts";
import { startGateway, startServer, type GatewayHarness } from "../support/gateway-harness.ts";
import { isAlive } from "../support/processes.ts";
import { requireProgram } from "../support/programs.ts";
import { until } from "../support/until.ts";

/** An instance that can be killed, and what it was asked. */
interface Instance {
  readonly port: number;
  readonly asked: { method: string | undefined; url: string | undefined; body: string }[];
  /** What it answers. */
  status: number;
  /** Holds answers back while it is set. */
  hold: Promise<void> | undefined;
  kill(): Promise<void>;
}

const IDS = ["cart-1", "cart-2", "cart-3"];

describe.each(programKinds.map((kind) => [kind.label, kind] as const))("%s", (label, kind) => {
  describe.skipIf(requireProgram(kind.id) === undefined)("as the data plane", () => {
    let scope: Scope;
    let instances: Instance[];
    let gateway: GatewayHarness;
    const pids = new Set<number>();
    const folders = new Set<string>();
    const roundRobin = kind.id === "nginx" ? "round-robin" : "haproxy-roundrobin";

    beforeEach(async () => {
      scope = new Scope();
      pids.clear();
      folders.clear();
      instances = await Promise.all(IDS.map(startInstance));
    });
    afterEach(async () => {
      await scope.dispose();
      expect([...pids].filter(isAlive)).toEqual([]);
      expect([...folders].filter((folder) => existsSync(folder))).toEqual([]);
    });

    async function startInstance(): Promise<Instance> {
      const own = scope.child();
      const instance: Omit<Instance, "port"> = {
        asked: [],
        status: 200,
        hold: undefined,
        kill: () => own.dispose(),
      };
      const port = await startServer(own, (request, response) => {
        let body = "";
        request.setEncoding("utf8").on("data", (text: string) => (body += text));
        request.on("end", () => {
          const { method, url } = request;
          instance.asked.push({ method, url, body });
          const answer = () => {
            response.statusCode = instance.status;
            response.end(`${method ?? ""} ${url ?? ""} ${body}`);
          };
          if (instance.hold) void instance.hold.then(answer);
          else answer();
        });
      });
      return Object.assign(instance, { port });
    }

    /** A gateway whose service is balanced by the program; resolves when it has all instances. */
    async function start(
      file: Partial<ServiceFile> = {},
      balancer: BalancerFile = {},
      env: NodeJS.ProcessEnv = process.env,
    ): Promise<void> {
      gateway = await startGateway(scope, {
        services: {
          cart: {
            synthetic: {},
            timeout: "5s",
            ports: instances.map(({ port }) => port),
            balancer: { engine: kind.id, algorithm: roundRobin, ...balancer },
            ...file,
          },
        },
        env,
        account: {
          started: (pid) => pids.add(pid),
          ended: () => undefined,
          folderMade: (path) => folders.add(path),
          folderGone: () => undefined,
        },
      });
      await gateway.settled("cart");
    }

    async function get(path = "/cart", headers: Record<string, string> = {}) {
      const {
        statusCode,
        headers: answered,
        body,
      } = await gateway.send(path.slice(1), {
        method: "GET",
        headers,
      });
      return {
        status: statusCode,
        instance: answered["x-fuseboard-instance"],
        attempts: Number(answered["x-fuseboard-attempts"]),
        text: await body.text(),
      };
    }

    /** Who answers so many calls, one after the other. */
    async function picks(count: number): Promise<string[]> {
      const picked: string[] = [];
      for (let i = 0; i < count; i++) picked.push(String((await get()).instance));
      return picked;
    }

    async function newestTrace(): Promise<CallTrace> {
      await gateway.ended(gateway.factsOf("call-started").length);
      const [trace] = gateway.observation.traces.find({ limit: 1 });
      if (!trace) throw new Error("There was no call.");
      return trace;
    }

    const outcomes = ({ attempts }: CallTrace) =>
      attempts.map(({ number, instance, outcome }) => [number, instance, outcome]);

    const service = () => gateway.service("cart");
    const problems = () => gateway.factsOf("problem-found").map(({ problem }) => problem.message);

    it("passes method, path, headers and body on, and the whole answer back", async () => {
      await start();
      const body = "x".repeat(300_000);
      const answer = await gateway.send("cart/a/b?x=1", { method: "PUT", body });
      expect([answer.statusCode, await answer.body.text()]).toEqual([200, `PUT /a/b?x=1 ${body}`]);
      expect(await get("/cart/c")).toMatchObject({ status: 200, text: "GET /c ", attempts: 1 });
      expect(gateway.inFlight()).toBe(0);
      await newestTrace();
      expect(brokenRules(gateway.facts)).toEqual([]);
    });

    it("picks as our own code does, and says so by its log", async () => {
      await start();
      const weighted = [3, 2, 1];
      for (const [i, id] of IDS.entries()) service().setServer(id, { weight: weighted[i] ?? 1 });
      await gateway.settled("cart");
      const theirs = await picks(60);
      const counts = IDS.map((id) => theirs.filter((each) => each === id).length);
      expect(counts).toEqual([30, 20, 10]);
      const cycle = theirs.slice(0, 6).join();
      expect(theirs.slice(6, 12).join()).toBe(cycle);
      const trace = await newestTrace();
      const decision = trace.attempts[0]?.decision;
      expect(decision).toMatchObject({
        algorithm: roundRobin,
        winner: trace.attempts[0]?.instance,
      });
      expect(decision?.reason).toMatch(
        new RegExp(`^${label} picked cart-\\d \\(its log: (upstream|server) .*200, \\d+ms\\)\\.$`),
      );
      expect(decision?.candidates.map(({ weight }) => weight)).toEqual(weighted);
    });

    it("gives the very picks of our own code from the start", async () => {
      await start();
      const theirs = await picks(9);
      const own = await startGateway(scope, {
        services: {
          cart: {
            synthetic: {},
            ports: instances.map(({ port }) => port),
            balancer: { algorithm: roundRobin },
          },
        },
      });
      gateway = own;
      const ours = await picks(9);
      // Who is first depends on who was there first; the order is the same.
      const turn = ours.indexOf(theirs[0] ?? "");
      expect(theirs.slice(0, 6)).toEqual([...ours, ...ours].slice(turn, turn + 6));
    });

    it("follows who comes, goes, is drained, is down and is unhealthy", async () => {
      await start();
      const added = await startInstance();
      service().view.put({ id: "cart-4", host: "127.0.0.1", port: added.port, weight: 1 });
      service().view.setHealth("cart-4", "passing");
      await gateway.settled("cart");
      expect(new Set(await picks(8))).toEqual(new Set([...IDS, "cart-4"]));
      service().view.remove("cart-1");
      service().setServer("cart-2", { admin: "drain" });
      await gateway.settled("cart");
      expect(new Set(await picks(6))).toEqual(new Set(["cart-3", "cart-4"]));
      service().setServer("cart-2", { admin: "ready" });
      service().setServer("cart-3", { admin: "down" });
      service().view.setHealth("cart-4", "failing");
      await gateway.settled("cart");
      expect(new Set(await picks(6))).toEqual(new Set(["cart-2"]));
      const reloads = pids.size;
      expect(reloads).toBe(1);
    });

    it("loses no call while instances come and go", async () => {
      await start();
      const underWay = { stop: false };
      const failed: unknown[] = [];
      let calls = 0;
      const caller = async () => {
        while (!underWay.stop) {
          const { status, text } = await get();
          calls++;
          if (status !== 200) failed.push([status, text]);
        }
      };
      const callers = Promise.all([caller(), caller(), caller()]);
      for (let round = 0; round < 5; round++) {
        service().view.remove("cart-3");
        await service().drained("cart-3", AbortSignal.timeout(10_000));
        service().view.put({ id: "cart-3", host: "127.0.0.1", port: port(2), weight: 1 });
        service().view.setHealth("cart-3", "passing");
        await gateway.settled("cart");
      }
      underWay.stop = true;
      await callers;
      expect(failed).toEqual([]);
      expect(calls).toBeGreaterThan(0);
    });

    const port = (index: number) => instances[index]?.port ?? 0;
    const retries: ServiceFile["retry"] =
      kind.id === "nginx"
        ? { rules: "nginx", on: ["error", "timeout", "http_503"] }
        : { rules: "haproxy", retries: 2, redispatch: 1, on: ["conn-failure", 503] };

    it("repeats by its own rules, which are attempts of the one call", async () => {
      await start({ retry: retries });
      for (const each of instances.slice(1)) each.status = 503;
      for (let i = 0; i < 3; i++) {
        expect(await get()).toMatchObject({ status: 200, instance: "cart-1" });
        const trace = await newestTrace();
        const { attempts } = trace;
        expect(attempts.at(-1)).toMatchObject({ instance: "cart-1", outcome: "success" });
        for (const each of attempts.slice(0, -1)) {
          expect(each).toMatchObject({ outcome: "failure", status: 503 });
        }
      }
      expect(gateway.observation.traces.find({ retried: true, limit: 9 }).length).toBeGreaterThan(
        0,
      );
      expect(gateway.inFlight()).toBe(0);
      expect(brokenRules(gateway.facts)).toEqual([]);
    });

    /** Calls until one has gone on from the first instance, which refuses connections. */
    async function refusedByTheFirst(): Promise<void> {
      const seen = await until(
        async () => {
          await get();
          const { attempts } = await newestTrace();
          return attempts[0]?.error === "cart-1 refused the connection." && attempts.length > 1;
        },
        { timeoutMs: 10_000, everyMs: 5 },
      );
      expect(seen).toBe(true);
    }

    it("goes on from an instance that is dead, and its trace shows where it knocked", async () => {
      await start({ retry: retries });
      await instances[0]?.kill();
      await refusedByTheFirst();
      const trace = await newestTrace();
      expect(outcomes(trace)[0]).toEqual([1, "cart-1", "unavailable"]);
      expect(outcomes(trace).at(-1)).toEqual([trace.attempts.length, expect.anything(), "success"]);
      expect(trace.attempts[0]?.decision?.winner).toBe("cart-1");
      expect(trace.outcome).toBe("success");
      expect(brokenRules(gateway.facts)).toEqual([]);
    });

    it("has POST repeated after a refused connection, though not after an answer", async () => {
      await start({ retry: retries });
      await instances[0]?.kill();
      await refusedByTheFirst();
      for (let i = 0; i < 6; i++) {
        const answer = await gateway.send("cart", { method: "POST", body: "1" });
        expect([answer.statusCode, await answer.body.text()]).toEqual([200, "POST / 1"]);
      }
      for (const { asked } of instances.slice(1)) {
        expect(asked.filter(({ method }) => method === "POST").length).toBeGreaterThan(0);
      }
    });

    it("tells of nobody, of all who refuse, and who is late", async () => {
      await start({ timeout: "200ms" });
      let release = (): void => undefined;
      const hold = new Promise<void>((resolve) => (release = resolve));
      for (const each of instances) each.hold = hold;
      expect(await get()).toMatchObject({ status: 504, attempts: 1 });
      const late = await newestTrace();
      expect(late.attempts).toMatchObject([{ outcome: "timeout" }]);
      expect(late.outcome).toBe("timeout");
      release();
      for (const id of IDS) service().setServer(id, { admin: "down" });
      await gateway.settled("cart");
      const nobody = await get();
      expect([502, 503]).toContain(nobody.status);
      expect(await newestTrace()).toMatchObject({ outcome: "unavailable" });
      expect(gateway.inFlight()).toBe(0);
      expect(brokenRules(gateway.facts)).toEqual([]);
    });

    it("has faults on the way to the instances", async () => {
      await start();
      gateway.injector.inject({ instance: "cart-1" }, { kind: "status", status: 503 });
      gateway.injector.inject(
        { instance: "cart-2" },
        { kind: "latency", latency: { kind: "constant", ms: 50 } },
      );
      gateway.injector.inject({ instance: "cart-3" }, { kind: "refuse-connections" });
      for (let i = 0; i < 3; i++) await get();
      await gateway.ended(3);
      const attempts = gateway.observation.traces.find({ limit: 3 }).flatMap((one) => one.attempts);
      const of = (id: string) => attempts.find(({ instance }) => instance === id);
      expect(of("cart-1")).toMatchObject({
        outcome: "failure",
        status: 503,
        faults: ["status"],
      });
      expect(of("cart-2")).toMatchObject({ outcome: "success", faults: ["latency"] });
      expect(of("cart-3")).toMatchObject({ outcome: "unavailable" });
      expect(instances[0]?.asked).toEqual([]);
      await gateway.injector.clear();
      expect(
        await until(async () => (await get()).instance === "cart-3", { timeoutMs: 5000 }),
      ).toBe(true);
    });

    it("sees an answer that breaks off as it would by itself: only before its head it goes on", async () => {
      const onEmpty: ServiceFile["retry"] = { rules: "haproxy", on: ["empty-response"] };
      await start({ retry: kind.id === "haproxy" ? { ...onEmpty, retries: 2 } : retries });
      const attempts = async (fault: "abort-before-head" | "abort-after-head") => {
        await gateway.injector.clear();
        gateway.injector.inject({ service: "cart" }, { kind: fault });
        // What the program has sent already breaks off, too.
        await get().catch(() => undefined);
        return (await newestTrace()).attempts.length;
      };
      expect(await attempts("abort-before-head")).toBe(3);
      expect(await attempts("abort-after-head")).toBe(1);
      expect(gateway.inFlight()).toBe(0);
    });

    it("stands behind the breaker, the retries and the fallback of the service", async () => {
      await start({
        breaker: { engine: "consecutive", threshold: 4, halfOpenAfter: "1h" },
        retry: { attempts: 2, backoff: "constant", initial: "1ms", nonIdempotent: true },
        fallback: { value: "instead" },
      });
      for (const each of instances) each.status = 500;
      for (let i = 0; i < 3; i++) expect((await get()).text).toBe('"instead"');
      await gateway.ended(3);
      const [last, second, first] = gateway.observation.traces.find({ limit: 3 });
      const ends = (trace: CallTrace | undefined) => trace?.attempts.map(({ outcome }) => outcome);
      expect([ends(first), ends(second)]).toEqual([
        ["failure", "failure"],
        ["failure", "failure"],
      ]);
      expect(ends(last)?.every((outcome) => outcome === "short-circuit")).toBe(true);
      expect(brokenRules(gateway.facts)).toEqual([]);
    });

    it("gives up with the caller", async () => {
      await start();
      let release = (): void => undefined;
      const hold = new Promise<void>((resolve) => (release = resolve));
      for (const each of instances) each.hold = hold;
      const gone = new AbortController();
      const sent = gateway
        .send("cart", { method: "GET", signal: gone.signal })
        .catch((error: unknown) => error);
      const arrived = () => instances.some(({ asked }) => asked.length > 0);
      expect(await until(arrived, { timeoutMs: 5000, everyMs: 5 })).toBe(true);
      expect(gateway.inFlight()).toBe(1);
      gone.abort();
      await sent;
      expect(await newestTrace()).toMatchObject({ outcome: "canceled" });
      expect(gateway.inFlight()).toBe(0);
      expect(brokenRules(gateway.facts)).toEqual([]);
      release();
    });

    it("is another program when the algorithm is changed, and no call is lost", async () => {
      await start();
      const [before] = [...pids];
      const calls = Promise.all(Array.from({ length: 20 }, () => get()));
      service().chooseBalancer(kind.id === "nginx" ? "least-connections" : "haproxy-leastconn");
      expect(new Set((await calls).map(({ status }) => status))).toEqual(new Set([200]));
      expect((await get()).status).toBe(200);
      expect(await until(() => !isAlive(before ?? 0), { timeoutMs: 15_000 })).toBe(true);
      expect(pids.size).toBe(2);
    });

    it("is started again when it is killed", async () => {
      await start();
      const pid = [...pids].at(-1) ?? 0;
      const { size } = pids;
      process.kill(-pid, "SIGKILL");
      expect(await until(() => pids.size > size, { timeoutMs: 10_000 })).toBe(true);
      expect(await until(async () => (await get()).status === 200, { timeoutMs: 5000 })).toBe(true);
      expect(problems()).toEqual([expect.stringMatching(`^${label} ended; it is started again.`)]);
      const solved = () => gateway.factsOf("problem-solved").length === 1;
      expect(await until(solved, { timeoutMs: 5000 })).toBe(true);
    });

    it("names the nearest of an algorithm that it does not have, and runs that", async () => {
      await start({}, { algorithm: "maglev" });
      expect(problems()).toEqual([expect.stringContaining(`${label} has no maglev. The nearest`)]);
      expect((await get()).status).toBe(200);
    });

    it("says how it is installed when it is missing; the other services run", async () => {
      await start({}, {}, { PATH: "" });
      const [problem] = problems();
      expect(problem).toContain(`"cart" is balanced by ${label}, which is not installed.`);
      expect(problem).toContain(kind.install(process.platform) ?? "");
      const { status, text } = await get();
      expect([status, text]).toEqual([502, expect.stringContaining("not installed")]);
    });

    it("takes turns with our own code, and both are told side by side", async () => {
      await start({}, { engine: [kind.id, "fuseboard"] });
      for (let i = 0; i < 12; i++) expect((await get()).status).toBe(200);
      await gateway.ended(12);
      const { engines } = service().inspect();
      const third = expect.closeTo(1 / 3) as number;
      const shares = { "cart-1": third, "cart-2": third, "cart-3": third };
      expect(engines).toEqual([
        { engine: kind.id, calls: 6, shares },
        { engine: "fuseboard", calls: 6, shares },
      ]);
    });
  });
});
