import { afterEach, beforeEach, expect, it } from "vitest";
import { GatewayClient } from "../../simulator/gateway/client.ts";
import { Scope } from "../../simulator/kernel/scope.ts";
import { startGateway, startServer, type GatewayHarness } from "../support/gateway-harness.ts";

let scope: Scope;
let gateway: GatewayHarness;
let asked: { method: string | undefined; url: string | undefined; body: string; client: unknown }[];
beforeEach(async () => {
  scope = new Scope();
  asked = [];
  const port = await startServer(scope, (request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { method, url, headers } = request;
      asked.push({ method, url, body, client: headers["x-forwarded-for"] });
      response.end("ok");
    });
  });
  gateway = await startGateway(scope, {
    services: { backend: { synthetic: {}, ports: [port] }, cart: { ports: [port] } },
  });
});
afterEach(() => scope.dispose());

it.each([
  ["backend", "/"],
  ["backend/", "/"],
  ["backend?x=1", "/?x=1"],
  ["backend/a/b?x=/1", "/a/b?x=/1"],
  ["backend//a%2Fb%20c", "//a%2Fb%20c"],
  ["%62ackend/a", "/a"],
])("/%s: the instance of what is no function is asked for %s", async (path, url) => {
  const answer = await gateway.send(path, { method: "GET" });
  expect([answer.statusCode, await answer.body.text()]).toEqual([200, "ok"]);
  expect(asked).toMatchObject([{ method: "GET", url, body: "" }]);
});

it.each(["PUT", "PATCH", "DELETE", "POST"] as const)(
  "what is no function is asked with %s and any body",
  async (method) => {
    const answer = await gateway.send("backend/a", { method, body: "no JSON" });
    expect([answer.statusCode, await answer.body.text()]).toEqual([200, "ok"]);
    expect(asked).toMatchObject([{ method, url: "/a", body: "no JSON" }]);
  },
);

it("a function is called at its root", async () => {
  expect((await gateway.call("cart", 1)).status).toBe(200);
  expect(asked).toMatchObject([{ method: "POST", url: "/", body: "1" }]);
});

it("the client gets a path, as whoever it says it is", async () => {
  const client = new GatewayClient(gateway.url, undefined, scope);
  const result = await client.get("backend", "/item/3", { client: "10.0.0.7" });
  expect(result).toMatchObject({ status: 200, body: "ok", instance: "backend-1" });
  expect(asked).toMatchObject([{ method: "GET", url: "/item/3", client: "10.0.0.7" }]);
});
