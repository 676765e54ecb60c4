import { BALANCER_TITLES } from "../../simulator/protocol/balancer-titles.ts";
import { BALANCERS, type BalancerId } from "../../simulator/protocol/spec.ts";
import type { OptionGroup } from "../controls/grouped-select.ts";

/** A title's two halves: whose algorithm it is, and what it is called there. */
export function partsOfTitle(id: BalancerId): { readonly program: string; readonly name: string } {
  const [program = "", ...name] = BALANCER_TITLES[id].split(": ");
  return { program, name: name.join(": ") || program };
}

/** Two of one algorithm each would be two groups with hardly anything in them. */
const TOGETHER: Readonly<Record<string, string>> = {
  Envoy: "Envoy and Finagle",
  Finagle: "Envoy and Finagle",
};

/** All algorithms, by the program whose they are. */
export function balancerGroups(): OptionGroup<BalancerId>[] {
  const groups = new Map<string, { value: BalancerId; label: string }[]>();
  for (const value of BALANCERS) {
    const { program, name } = partsOfTitle(value);
    const label = TOGETHER[program] ?? program;
    const options = groups.get(label) ?? [];
    groups.set(label, options);
    options.push({ value, label: name });
  }
  return [...groups].map(([label, options]) => ({ label, options }));
}
