import { QuickPickItemKind, window, type QuickPickItem } from "vscode";
import { BALANCERS, type BalancerId } from "../../simulator/protocol/spec.ts";
import { programOf } from "../configurations/comparison.ts";
import { shortTitle } from "../configurations/upstream-lens-text.ts";
import { BALANCER_SUMMARIES } from "./balancer-summaries.ts";

interface AlgorithmItem extends QuickPickItem {
  readonly algorithm: BalancerId | undefined;
}

/** The algorithms by program, with a separator above each. */
function items(own: BalancerId): AlgorithmItem[] {
  const programs = [...new Set(BALANCERS.map(programOf))];
  return programs.flatMap((program) => [
    { label: program, kind: QuickPickItemKind.Separator, algorithm: undefined },
    ...BALANCERS.filter((id) => programOf(id) === program).map((algorithm) => ({
      label: shortTitle(algorithm),
      description: algorithm === own ? `${algorithm} · current` : algorithm,
      detail: BALANCER_SUMMARIES[algorithm],
      algorithm,
    })),
  ]);
}

/** One algorithm; undefined when the user turned away. */
export async function chooseAlgorithm(
  own: BalancerId,
  name: string,
): Promise<BalancerId | undefined> {
  const chosen = await window.showQuickPick(items(own), {
    title: `Balancer of ${name}`,
    placeHolder: "Algorithm",
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return chosen?.algorithm;
}

/** At least one algorithm; undefined when the user turned away. */
export async function chooseAlgorithms(
  picked: readonly BalancerId[],
  own: BalancerId,
  name: string,
): Promise<BalancerId[] | undefined> {
  const all = items(own).map((item) => ({
    ...item,
    picked: item.algorithm !== undefined && picked.includes(item.algorithm),
  }));
  const chosen = await window.showQuickPick(all, {
    title: `Algorithms to compare: ${name}`,
    placeHolder: "Algorithms",
    canPickMany: true,
    matchOnDescription: true,
    ignoreFocusOut: true,
  });
  const algorithms = (chosen ?? []).flatMap(({ algorithm }) => algorithm ?? []);
  return algorithms.length > 0 ? algorithms : undefined;
}
