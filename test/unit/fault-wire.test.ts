import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import type { FaultSpec } from "../../simulator/protocol/model.ts";
import {
  closedPort,
  startGateway,
  startServer,
  startSocketServer,
} from "../support/gateway-harness.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

const SMALL = "hello";
/** More than the gateway takes whole: it is passed on as it comes. */
const LARGE = "x".repeat(200_000);

/** An instance that answers everything with a body; and how often it was asked. */
async function answering(body: string) {
  const asked = { count: 0 };
  const port = await startServer(scope, (request, response) => {
    asked.count++;
    request.resume().on("end", () => response.end(body));
  });
  return { port, asked };
}

/** An instance that breaks by itself: reads the request, then does this. */
const breaking = (then: (socket: Socket) => void) =>
  startSocketServer(scope, (socket) => {
    socket.on("error", () => undefined);
    socket.once("data", () => then(socket));
  });

const head = (body: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${String(body.length)}\r\n\r\n`;

/** What the caller and the traces see of a call. */
async function seen(port: number, fault?: FaultSpec) {
  const gateway = await startGateway(scope, {
    services: { cart: { ports: [port], timeout: "300ms" } },
  });
  if (fault) gateway.injector.inject({ instance: "cart-1" }, fault);
  const answer = await gateway.send("cart", { headers: {}, body: "{}" });
  let body = "";
  let broke = false;
  try {
    for await (const chunk of answer.body) body += String(chunk);
  } catch {
    broke = true;
  }
  await gateway.ended(1);
  const [attempt] = gateway.factsOf("attempt-ended");
  const [call] = gateway.factsOf("call-ended");
  const { outcome, error, status } = attempt ?? {};
  return {
    status: answer.statusCode,
    headers: answer.headers["x-fuseboard-outcome"],
    // A refusal names its call.
    message: body.startsWith("{") ? (JSON.parse(body) as { error: { message: string } }) : body,
    broke,
    attempt: { outcome, error, status },
    call: { outcome: call?.outcome, error: call?.error },
    inFlight: gateway.inFlight(),
  };
}

function withoutCall(found: Awaited<ReturnType<typeof seen>>) {
  const { message } = found;
  return { ...found, message: typeof message === "string" ? message : message.error.message };
}

describe("a fault looks like an instance that breaks by itself:", () => {
  const cases: readonly [FaultSpec, string, () => Promise<number>, boolean][] = [
    [{ kind: "refuse-connections" }, SMALL, closedPort, false],
    [{ kind: "reset" }, SMALL, () => breaking((socket) => socket.resetAndDestroy()), false],
    [{ kind: "no-answer" }, SMALL, () => breaking(() => undefined), false],
    [{ kind: "abort-before-head" }, SMALL, () => breaking((socket) => socket.destroy()), true],
    [
      { kind: "abort-after-head" },
      SMALL,
      () => breaking((socket) => socket.write(head(SMALL), () => socket.destroy())),
      true,
    ],
    [
      { kind: "abort-after-head" },
      LARGE,
      () => breaking((socket) => socket.write(head(LARGE), () => socket.destroy())),
      true,
    ],
    [
      { kind: "truncated-body", bytes: 3 },
      SMALL,
      () => breaking((socket) => socket.write(`${head(SMALL)}hel`, () => socket.destroy())),
      true,
    ],
    [
      { kind: "truncated-body", bytes: 3 },
      LARGE,
      () => breaking((socket) => socket.write(`${head(LARGE)}xxx`, () => socket.destroy())),
      true,
    ],
  ];

  it.each(cases.map((each) => [each[0].kind, each[1].length, each] as const))(
    "%s, of %i bytes",
    async (_kind, _length, [fault, body, broken, isAsked]) => {
      const { port, asked } = await answering(body);
      const byFault = withoutCall(await seen(port, fault));
      const byItself = withoutCall(await seen(await broken()));
      if (body === LARGE) {
        // How much of it is on the way when it breaks is up to the sockets.
        expect(byFault.message.length).toBeLessThanOrEqual(3);
        expect(byItself.message.length).toBeLessThanOrEqual(3);
        expect({ ...byFault, message: "" }).toEqual({ ...byItself, message: "" });
      } else {
        expect(byFault).toEqual(byItself);
      }
      expect(asked.count).toBe(isAsked ? 1 : 0);
    },
  );
});

it("a script fails the first two, and the retry finds another instance", async () => {
  const [first, second] = [await answering("first"), await answering("second")];
  const gateway = await startGateway(scope, {
    services: {
      cart: {
        ports: [first.port, second.port],
        retry: { attempts: 2, backoff: "constant", initial: "1ms", on: ["5xx"] },
      },
    },
  });
  const script = "2 × 503, ok";
  gateway.injector.inject({ instance: "cart-1" }, { kind: "script", script, repeat: false });
  for (let i = 0; i < 8; i++) expect((await gateway.call("cart")).status).toBe(200);
  const faulty = gateway.factsOf("attempt-ended").filter(({ faults }) => faults);
  expect(faulty).toMatchObject([
    { status: 503, faults: ["script"] },
    { status: 503, faults: ["script"] },
  ]);
  await gateway.injector.clear();
  expect(gateway.factsOf("fault-counted").at(-1)?.touched).toBe(2);
  expect(first.asked.count).toBeGreaterThan(0);
  expect(first.asked.count + second.asked.count).toBe(8);
});

it("what may have reached the instance is not sent again, what cannot have is", async () => {
  const { port } = await answering(SMALL);
  const gateway = await startGateway(scope, {
    services: {
      cart: { ports: [port], timeout: "50ms", retry: { attempts: 2, on: ["error", "timeout"] } },
    },
  });
  const attempts = async (fault: FaultSpec): Promise<number> => {
    await gateway.injector.clear();
    gateway.injector.inject({ service: "cart" }, fault);
    const before = gateway.factsOf("attempt-ended").length;
    await gateway.call("cart");
    return gateway.factsOf("attempt-ended").length - before;
  };
  expect(await attempts({ kind: "refuse-connections" })).toBe(2);
  expect(await attempts({ kind: "reset" })).toBe(1);
  expect(await attempts({ kind: "no-answer" })).toBe(1);
  expect(await attempts({ kind: "abort-before-head" })).toBe(1);
});

it("a partition keeps two services apart in both directions, and nobody else", async () => {
  const { port, asked } = await answering(SMALL);
  const gateway = await startGateway(scope, {
    services: {
      cart: { ports: [port], timeout: "60ms" },
      shop: { ports: [port], timeout: "60ms" },
    },
    callers: {
      "token-shop": { kind: "instance", instance: "shop-1", service: "shop" },
      "token-cart": { kind: "instance", instance: "cart-1", service: "cart" },
    },
  });
  const status = async (service: string, token?: string) =>
    (await gateway.call(service, {}, token === undefined ? {} : { "x-fuseboard-token": token }))
      .status;
  const { id } = gateway.injector.inject({ from: "shop", to: "cart" }, { kind: "partition" });
  expect(await status("cart", "token-shop")).toBe(504);
  expect(await status("shop", "token-cart")).toBe(504);
  expect(asked.count).toBe(0);
  expect([await status("cart"), await status("shop"), await status("cart", "token-cart")]).toEqual([
    200, 200, 200,
  ]);
  await gateway.injector.clear([id]);
  expect(await status("cart", "token-shop")).toBe(200);
});
