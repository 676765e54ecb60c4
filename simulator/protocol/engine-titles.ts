import type { BalancerEngine, BalancerSpec } from "./balancer-spec.ts";

/** What people see of the engines in the heads of columns. */
export const ENGINE_TITLES: Readonly<Record<BalancerEngine, string>> = {
  fuseboard: "Fuseboard",
  nginx: "nginx",
  haproxy: "HAProxy",
};

const PICKERS: Readonly<Record<BalancerEngine, string>> = {
  fuseboard: "Fuseboard's own code",
  nginx: "the real nginx",
  haproxy: "the real HAProxy",
};

/** One sentence on who picks; undefined when only Fuseboard's own code does. */
export function pickersText(engine: BalancerSpec["engine"]): string | undefined {
  const names = [...new Set([engine].flat())].map((id) => PICKERS[id]);
  const last = names.at(-1);
  if (last === undefined || (names.length === 1 && last === PICKERS.fuseboard)) return undefined;
  if (names.length === 1) return sentence(`${last} picks`);
  return sentence(`${names.slice(0, -1).join(", ")} and ${last} take turns`);
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
