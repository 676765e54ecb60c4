import type { Runtime } from "../contract.ts";
import { startHost } from "../node/host-process.ts";
import { seedOf } from "./seed.ts";

/** Instances without code: real processes that answer as the cluster file says. */
export const syntheticRuntime: Runtime = {
  id: "synthetic",
  label: "Synthetic",
  runs: (spec) => spec.synthetic !== undefined,
  prepare(_service, spec, context) {
    const { synthetic } = spec;
    if (!synthetic) throw new TypeError("The service is not synthetic.");
    return Promise.resolve({
      files: [],
      start(options, events, scope) {
        const serves = {
          kind: "synthetic" as const,
          ...synthetic,
          ...spec.balancer.servers?.[options.slot]?.synthetic,
          seed: seedOf(options.instance),
        };
        return startHost(spec, context, serves, options, events, scope);
      },
    });
  },
};
