import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { Scope } from "../../simulator/kernel/scope.ts";
import { buildPrograms } from "../support/built-programs.ts";
import { FUNCTIONS, startProcess, testContext } from "../support/runtime-harness.ts";
import { tempFolder } from "../support/temp-folder.ts";
import { until } from "../support/until.ts";

let scope = new Scope();
beforeAll(buildPrograms);
afterEach(async () => {
  await scope.dispose();
  scope = new Scope();
});

async function run(reference: string, gateway?: string) {
  const cacheDir = await tempFolder(scope, "node");
  const context = testContext(cacheDir, gateway === undefined ? {} : { gateway });
  return startProcess({ function: reference }, context, scope);
}

describe("the Node runtime loads", () => {
  test.each([
    ["TypeScript with enums and imports without extensions", "shop.ts#checkout"],
    ["CommonJS", "common.cjs#checkout"],
    ["CommonJS in TypeScript", "common-typed.cts#checkout"],
    ["a default export of an ES module", "module.mjs#default"],
    [
      "exports in TypeScript under a package of type commonjs",
      "commonjs-package/exported.ts#checkout",
    ],
    [
      "assignments in JavaScript under a package of type commonjs",
      "commonjs-package/assigned.js#checkout",
    ],
    ["assignments in TypeScript", "commonjs-package/assigned-typed.ts#checkout"],
  ])("%s", async (_what, reference) => {
    const started = await run(reference);
    expect(await started.post({ quantity: 2 })).toMatchObject({ status: 200 });
  });

  test("imported files as their authors wrote them", async () => {
    const started = await run("shop.ts#checkout");
    const { text } = await started.post({ quantity: 2 });
    expect(JSON.parse(text)).toEqual({ total: 238, currency: "EUR", size: "L", from: "folder" });
  });

  test("modules under their own URL", async () => {
    const started = await run("module.mjs#url");
    expect((await started.post(null)).text).toContain("/fixtures/functions/module.mjs");
  });
});

describe("a function of the Node runtime", () => {
  test("is told of its call", async () => {
    const started = await run("plain.ts#describe");
    const deadline = Date.now() + 60_000;
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const { text } = await started.post(null, {
      "x-fuseboard-call": "0123456789abcdef",
      "x-fuseboard-attempt": "2",
      "x-fuseboard-deadline": String(deadline),
      traceparent,
    });
    expect(JSON.parse(text)).toMatchObject({
      callId: "0123456789abcdef",
      attempt: 2,
      instance: "shop-1",
      service: "shop",
      deadline,
      traceparent,
    });
  });

  test("logs lines that belong to the call, beside what it prints", async () => {
    const started = await run("plain.ts#logs");
    await started.post({ sku: "apple" }, { "x-fuseboard-call": "0123456789abcdef" });
    expect(await until(() => started.lines.length >= 2, { timeoutMs: 5000 })).toBe(true);
    expect(started.lines).toContainEqual({
      stream: "log",
      line: "got { sku: 'apple' }",
      call: "0123456789abcdef",
    });
    expect(started.lines).toContainEqual({ stream: "stdout", line: "printed", call: undefined });
  });

  test("answers null when it returns nothing", async () => {
    const started = await run("plain.ts#nothing");
    expect(await started.post({})).toMatchObject({ status: 200, text: "null" });
  });

  test("gets null for an empty payload", async () => {
    const started = await run("plain.ts#echo");
    expect(await started.post("")).toMatchObject({ status: 200, text: "null" });
  });

  test("streams what it yields", async () => {
    const started = await run("plain.ts#streams");
    const answer = await started.post({});
    expect(answer.text).toBe("one,two");
    expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
    expect(answer.headers["transfer-encoding"]).toBe("chunked");
  });

  test("answers with a web Response as it is", async () => {
    const started = await run("plain.ts#response");
    const answer = await started.post({});
    expect(answer).toMatchObject({ status: 201, text: "made" });
    expect(answer.headers["content-type"]).toBe("text/x-made");
  });

  test("that throws answers 500 with name and message, its stack is printed", async () => {
    const started = await run("shop.ts#fail");
    const answer = await started.post({}, { "x-fuseboard-call": "0123456789abcdef" });
    expect(answer.status).toBe(500);
    expect(JSON.parse(answer.text)).toEqual({
      error: { name: "RangeError", message: "out of stock" },
    });
    expect(await until(() => started.lines.length >= 2, { timeoutMs: 5000 })).toBe(true);
    expect(started.lines[0]).toEqual({
      stream: "stderr",
      line: "RangeError: out of stock",
      call: "0123456789abcdef",
    });
    // The file was rewritten because of its enum: the line is mapped back.
    expect(started.lines[1]?.line).toContain(`${join(FUNCTIONS, "shop.ts")}:29`);
    expect(started.lines.slice(2)).toEqual([]);
  });

  test.each([
    ["bigint", "BigInt"],
    ["circular", "circular"],
    ["returnsFunction", "a function"],
  ])("that returns what is not JSON (%s) answers 500 and says why", async (name, reason) => {
    const started = await run(`plain.ts#${name}`);
    const answer = await started.post({});
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("The function returned what is not JSON");
    expect(answer.text).toContain(reason);
  });

  test("is not called with a payload that is not JSON", async () => {
    const started = await run("plain.ts#throws");
    const answer = await started.post("{ sku: apple }");
    expect(answer.status).toBe(400);
    expect(answer.text).toContain("The payload is not JSON");
  });

  test("is only called by POST", async () => {
    const started = await run("plain.ts#throws");
    expect((await started.get("/")).status).toBe(404);
  });

  test("learns of the deadline and of a caller that went away", async () => {
    const started = await run("plain.ts#waits");
    const answer = await started.post({}, { "x-fuseboard-deadline": String(Date.now() + 50) });
    expect(answer.status).toBe(500);
    expect(answer.text).toContain("The deadline of the call has passed.");

    const leaving = new AbortController();
    const waiting = () => started.lines.filter(({ line }) => line === "waiting").length;
    const left = fetch(`http://127.0.0.1:${String(await started.port)}/`, {
      method: "POST",
      body: "{}",
      signal: leaving.signal,
    }).catch((error: unknown) => error);
    expect(await until(() => waiting() === 2, { timeoutMs: 5000 })).toBe(true);
    leaving.abort();
    expect(await left).toBeInstanceOf(Error);
    const told = () => started.lines.some(({ line }) => line === "aborted: The caller went away.");
    expect(await until(told, { timeoutMs: 5000 })).toBe(true);
  });

  test("that prints 100 MB is neither blocked nor kept in memory", async () => {
    const started = await run("plain.ts#floods");
    const bytes = 100_000_000;
    expect(await started.post({ bytes })).toMatchObject({ status: 200 });
    const note = () => started.lines.find(({ line }) => line.startsWith("… "));
    expect(await until(() => note() !== undefined, { timeoutMs: 20_000 })).toBe(true);
    expect(note()?.line).toMatch(/^… [\d,]+ lines left out$/);
    expect(started.lines.length).toBeLessThan(20_000);
  });

  test("that exits takes its process with it", async () => {
    const started = await run("plain.ts#exits");
    await started.port;
    const answer = started.post({}).catch((error: unknown) => error);
    expect(await started.exited).toEqual({ code: 3, signal: null });
    expect(await answer).toBeInstanceOf(Error);
  });
});

describe("context.call", () => {
  interface Seen {
    url: string | undefined;
    headers: IncomingHttpHeaders;
    body: string;
  }

  /** A gateway that answers every call with one status and body, and remembers what it got. */
  async function gateway(status: number, body: unknown): Promise<{ url: string; seen: Seen[] }> {
    const seen: Seen[] = [];
    const server = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk: Buffer) => (text += chunk.toString()));
      request.on("end", () => {
        seen.push({ url: request.url, headers: request.headers, body: text });
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    scope.add(() => {
      server.closeAllConnections();
      server.close();
    });
    return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, seen };
  }

  test("posts to the gateway as the instance it is, during the call that it answers", async () => {
    const { url, seen } = await gateway(200, { stock: 3 });
    const started = await run("plain.ts#calls", url);
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const deadline = String(Date.now() + 60_000);
    const answer = await started.post(
      { sku: "apple" },
      { "x-fuseboard-call": "0123456789abcdef", "x-fuseboard-deadline": deadline, traceparent },
    );
    expect(JSON.parse(answer.text)).toEqual({ stock: 3 });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      url: "/inventory",
      body: '{"sku":"apple"}',
      headers: {
        "x-fuseboard-token": "secret",
        "x-fuseboard-parent": "0123456789abcdef",
        "x-fuseboard-deadline": deadline,
        "idempotency-key": "k",
        traceparent,
      },
    });
  });

  test("rejects with status and body of an answer of 400 or above", async () => {
    const { url } = await gateway(503, { error: { name: "Down", message: "no instance" } });
    const started = await run("plain.ts#calls", url);
    const answer = await started.post({});
    expect(JSON.parse(answer.text)).toEqual({
      caught: {
        name: "CallError",
        message: "inventory answered 503: no instance",
        status: 503,
        body: { error: { name: "Down", message: "no instance" } },
      },
    });
  });

  test("rejects when there is no gateway", async () => {
    const started = await run("plain.ts#calls", "http://127.0.0.1:9");
    expect((await started.post({})).text).toContain("ECONNREFUSED");
  });
});

describe("a function that cannot be started", () => {
  test.each([
    ["broken.ts#checkout", "function-does-not-compile", "broken.ts", 2],
    ["imports-broken.ts#checkout", "function-does-not-compile", "broken.ts", 2],
    ["plain.ts#nope", "no-such-export", "plain.ts", undefined],
    ["not-there.ts#checkout", "function-not-found", "not-there.ts", undefined],
  ])("%s is refused with %s", async (reference, code, file, line) => {
    await expect(run(reference)).rejects.toMatchObject({
      name: "FuseboardError",
      code,
      location: { file: join(FUNCTIONS, file), ...(line !== undefined && { line }) },
    });
  });

  test("names the exports there are", async () => {
    await expect(run("shop.ts#nope")).rejects.toThrow(
      'shop.ts has no export "nope". It exports: Size, checkout, fail.',
    );
  });

  test.each([
    ["common.cjs#nope", 'common.cjs has no export "nope". It exports: checkout.'],
    ["plain.ts#notFunction", 'The export "notFunction" of plain.ts is no function.'],
    ["throws-at-start.ts#checkout", "throws-at-start.ts could not be loaded: no database"],
    ["imports-missing.ts#checkout", "imports-missing.ts could not be loaded: Cannot find module"],
  ])("%s says so and exits", async (reference, message) => {
    const started = await run(reference);
    expect(await started.exited).toEqual({ code: 1, signal: null });
    expect(started.failures).toHaveLength(1);
    expect(started.failures[0]?.message).toContain(message);
    const file = join(FUNCTIONS, reference.split("#")[0] ?? "");
    expect(started.failures[0]?.location).toMatchObject({ file });
  });
});
