import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { GatewayClient } from "../../simulator/gateway/client.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { InvokeResult } from "../../simulator/protocol/requests.ts";
import { closedPort, startGateway, startServer } from "../support/gateway-harness.ts";

let scope: Scope;
beforeEach(() => {
  scope = new Scope();
});
afterEach(() => scope.dispose());

describe("the client of the gateway", () => {
  it("calls as whom its token says, and tells all about the call", async () => {
    const port = await startServer(scope, (request, response) => {
      request.pipe(response.writeHead(200, { "content-type": "application/json" }));
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port] } },
      callers: { "the-editor": { kind: "editor" } },
    });
    const client = new GatewayClient(gateway.url, "the-editor", scope);
    const result = await client.invoke("cart", { sku: "apple" });
    const [started] = gateway.factsOf("call-started");
    expect(started?.caller).toEqual({ kind: "editor" });
    expect(InvokeResult.parse(result)).toEqual({
      call: started?.call,
      status: 200,
      ms: result.ms,
      attempts: 1,
      instance: "cart-1",
      outcome: "success",
      contentType: "application/json",
      body: '{"sku":"apple"}',
    });
    expect(result.ms).toBeGreaterThan(0);
  });

  it("tells of a call that nobody answered", async () => {
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [await closedPort()], retry: { attempts: 2, initial: "1ms" } } },
    });
    const client = new GatewayClient(gateway.url, undefined, scope);
    const result = await client.invoke("cart", null);
    expect(InvokeResult.parse(result)).toMatchObject({
      status: 502,
      attempts: 2,
      outcome: "unavailable",
    });
    expect(gateway.factsOf("call-started")[0]?.caller).toEqual({ kind: "external" });
  });

  it("keeps the first MiB of what it is answered", async () => {
    const port = await startServer(scope, (_request, response) => {
      response.end("x".repeat(3 * 1024 * 1024));
    });
    const gateway = await startGateway(scope, { services: { cart: { ports: [port] } } });
    const client = new GatewayClient(gateway.url, undefined, scope);
    expect((await client.invoke("cart", null)).body).toHaveLength(1024 * 1024);
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "success" }]);
  });

  it("rejects when it is told to stop, or when there is no gateway", async () => {
    const told = new AbortController();
    const port = await startServer(scope, () => {
      told.abort();
    });
    const gateway = await startGateway(scope, {
      services: { cart: { ports: [port], timeout: "1m" } },
    });
    const client = new GatewayClient(gateway.url, undefined, scope);
    await expect(client.invoke("cart", null, { signal: told.signal })).rejects.toThrow();
    await gateway.ended(1);
    expect(gateway.factsOf("call-ended")).toMatchObject([{ outcome: "canceled" }]);
    const nobody = new GatewayClient(`http://127.0.0.1:${String(await closedPort())}`, "", scope);
    await expect(nobody.invoke("cart", null)).rejects.toThrow("ECONNREFUSED");
  });
});
