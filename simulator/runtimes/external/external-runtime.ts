import { FuseboardError } from "../../kernel/errors.ts";
import type { Scope } from "../../kernel/scope.ts";
import type { ServiceSpec } from "../../protocol/spec.ts";
import type { ProcessEvents, ProcessOptions, Runtime, RunningProcess } from "../contract.ts";
import { parseLoopbackAddress, type LoopbackAddress } from "./loopback-address.ts";

/**
 * Programs of the user's that run already on this machine: nothing is started and nothing ended,
 * only their addresses are kept registered. Whether one of them lives is the health checks' to say.
 */
export const externalRuntime: Runtime = {
  id: "external",
  label: "External",
  runs: (spec, slot) => spec.balancer.servers?.[slot]?.external === true,
  prepare(service, spec) {
    const addresses = addressesOf(service, spec);
    return Promise.resolve({
      files: [],
      start(options, events, scope) {
        const address = addresses.get(options.slot);
        if (!address) throw new TypeError(`${options.instance} is not external.`);
        return register(address, options, events, scope);
      },
    });
  },
};

/** Says where it listens, and that it is there, until it is let go. */
function register(
  { host, port }: LoopbackAddress,
  { beatMs }: ProcessOptions,
  events: ProcessEvents,
  scope: Scope,
): RunningProcess {
  let registered = true;
  const timer = setInterval(() => events.beat(), beatMs);
  const letGo = (): Promise<void> => {
    if (!registered) return Promise.resolve();
    registered = false;
    clearInterval(timer);
    forget();
    events.exited(null, null);
    return Promise.resolve();
  };
  const forget = scope.add(letGo);
  // Not from within `start`: who started it does not have it yet.
  queueMicrotask(() => {
    if (registered) events.listening(port, host);
  });
  return { pid: undefined, stop: letGo, kill: letGo };
}

/** By slot. Throws when one is not of this machine. */
function addressesOf(service: string, { balancer }: ServiceSpec): Map<number, LoopbackAddress> {
  const addresses = new Map<number, LoopbackAddress>();
  for (const [slot, { external, address: text }] of (balancer.servers ?? []).entries()) {
    if (!external) continue;
    const address = text === undefined ? undefined : parseLoopbackAddress(text);
    if (!address) {
      const found = text === undefined ? "it has no `address`" : `its address is "${text}"`;
      throw new FuseboardError(
        "external-address",
        `Server ${String(slot + 1)} of "${service}" is external, but ${found}. Give it one of this machine, such as 127.0.0.1:8081, or leave \`external\` out for a synthetic instance.`,
      );
    }
    addresses.set(slot, address);
  }
  return addresses;
}
