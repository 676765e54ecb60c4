import { isIP } from "node:net";
import { z } from "zod";
import type { InstanceRecord } from "./contract.ts";

/** All instances are below it: `/fuseboard/services/<service>/<instance>`. */
export const INSTANCES_PREFIX = "/fuseboard/services/";

export function instanceKey(service: string, instance: string): string {
  return `${INSTANCES_PREFIX}${service}/${instance}`;
}

const Value = z.object({
  instance: z.string().min(1),
  service: z.string().min(1),
  host: z.string().refine((host) => isIP(host) !== 0, "Expected an IP address."),
  port: z.int().min(1).max(65_535),
  weight: z.number().min(0),
  slot: z.int().min(0).optional(),
  pid: z.int().nonnegative().optional(),
});

/** The record of a key's value, or a sentence that says why it is none. */
export function parseRecord(key: string, value: string): InstanceRecord | string {
  const because = (what: string) => `The registry's value of ${key} is no instance record: ${what}`;
  let json: unknown;
  try {
    json = JSON.parse(value);
  } catch {
    return because("it is not JSON.");
  }
  const parsed = Value.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return because(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "unknown error"}`);
  }
  const { service, instance } = parsed.data;
  return instanceKey(service, instance) === key
    ? parsed.data
    : because(`it is that of ${instanceKey(service, instance)}.`);
}
