import { expect, it } from "vitest";
import type { CallRequest, Headers } from "../../simulator/call/contract.ts";
import { identityOf } from "../../simulator/call/identity.ts";
import { Cancellation } from "../../simulator/kernel/cancellation.ts";

const identity = (change: Partial<CallRequest> & { text?: string }): string | undefined => {
  const whole = Buffer.from(change.text ?? "{}");
  return identityOf({
    id: "00000000000000aa",
    service: "shop",
    caller: { kind: "external" },
    parent: undefined,
    traceId: "",
    client: "127.0.0.1",
    method: "POST",
    uri: "/shop",
    headers: [],
    body: { open: () => whole, replayable: true, whole },
    idempotent: false,
    deadline: undefined,
    cancellation: Cancellation.never,
    ...change,
  });
};
const from = (...headers: Headers) => identity({ headers });

it("a request is another one by its method, path, body, who asks and in which form", () => {
  const all = [
    identity({}),
    identity({ method: "PUT" }),
    identity({ uri: "/shop?b" }),
    identity({ text: "[]" }),
    from(["authorization", "a"]),
    from(["authorization", "b"]),
    from(["cookie", "a"]),
    from(["accept", "text/html"]),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it("a request is the same whatever else its headers say, and none without its body", () => {
  expect(from(["traceparent", "00-1-2-01"])).toBe(identity({}));
  const body = { open: () => Buffer.alloc(0), replayable: false };
  expect(identity({ body })).toBeUndefined();
});
