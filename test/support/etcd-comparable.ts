import type { Message } from "./etcd-client.ts";

/** What differs between two servers without being a difference. */
const IDENTITY = new Set(["cluster_id", "member_id", "raft_term"]);

/** Field of a key by sort target. */
const TARGETS: Readonly<Record<string, string>> = {
  Version: "version",
  Create: "create_revision",
  Mod: "mod_revision",
  Value: "value",
};

/** An answer without what may differ; `request` says how a range was to be sorted. */
export function comparable(answer: unknown, request: Message): unknown {
  const plain = stripped(answer);
  sortEquals(plain, request);
  return plain;
}

function stripped(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString("latin1");
  if (Array.isArray(value)) return value.map(stripped);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([name]) => !IDENTITY.has(name));
  const plain = Object.fromEntries(entries.map(([name, each]) => [name, stripped(each)]));
  // Leases are listed by the time they end, their keys in no order at all.
  if (Array.isArray(plain.leases)) plain.leases.sort(byText);
  if (Array.isArray(plain.keys)) plain.keys.sort(byText);
  // Seconds left: the two were not granted in the same millisecond.
  if ("grantedTTL" in plain) plain.TTL = plain.TTL === "-1" ? "-1" : "some";
  return plain;
}

/** Puts keys that are equal by the sort target into one order; leaves the order of unequal ones. */
function sortEquals(value: unknown, request: Message): void {
  if (!isMessage(value)) return;
  if (isMessage(value.answer)) sortEquals(value.answer, request);
  if (Array.isArray(value.responses)) {
    const ops = (value.succeeded === true ? request.success : request.failure) as Message[];
    value.responses.forEach((response: Message, i) => {
      const op = ops[i] ?? {};
      const [inner] = Object.values(op).filter(isMessage);
      for (const each of Object.values(response)) sortEquals(each, inner ?? {});
    });
  }
  const field = TARGETS[String(request.sort_target)];
  if (!Array.isArray(value.kvs) || field === undefined) return;
  const kvs = value.kvs as Message[];
  value.order = kvs.map((kv) => (request.keys_only === true && field === "value" ? "" : kv[field]));
  kvs.sort(byText);
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
