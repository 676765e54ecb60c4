import { window } from "vscode";
import {
  countText,
  DEFAULT_TRAFFIC,
  type Answers,
  type Traffic,
} from "../configurations/comparison.ts";
import { pickOne } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/** Under what the traffic is remembered in the workspace. */
const MEMORY = "fuseboard.comparison.traffic";

type Amount = Exclude<keyof Traffic, "answers">;

const AMOUNTS: Record<Amount, { label: string; prompt: string; most: number }> = {
  perSecond: { label: "Calls a second", prompt: "1 to 100000, by chance (Poisson)", most: 100_000 },
  clients: {
    label: "Clients",
    prompt: "1 to 100000 different callers, and as many paths that they ask for",
    most: 100_000,
  },
  calls: { label: "Calls", prompt: "1 to 200000, in virtual time", most: 200_000 },
};

const ANSWERS: Record<Answers, { label: string; detail: string }> = {
  "as-configured": { label: "As configured", detail: "The latency that the service says" },
  varied: { label: "Varied", detail: "The same mean, now quicker, now slower (exponential)" },
  "one-slow": {
    label: "One slow",
    detail: "Varied, and the first server takes five times as long",
  },
};

/** The traffic of the last comparison in this workspace. */
export function rememberedTraffic({ context }: Workbench): Traffic {
  return { ...DEFAULT_TRAFFIC, ...context.workspaceState.get<Partial<Traffic>>(MEMORY) };
}

/** Lets the user change the traffic; undefined when they turned away. It is remembered. */
export async function changeTraffic(
  { context }: Workbench,
  name: string,
  known: Traffic,
): Promise<Traffic | undefined> {
  const title = `Traffic of the comparison: ${name}`;
  let traffic = known;
  for (;;) {
    const amounts = (Object.keys(AMOUNTS) as Amount[]).map((amount) => ({
      label: AMOUNTS[amount].label,
      description: countText(traffic[amount]),
      change: amount,
    }));
    const items = [
      { label: "$(play) Compare", description: "", change: "done" as const },
      ...amounts,
      {
        label: "Answers",
        description: ANSWERS[traffic.answers].label,
        change: "answers" as const,
      },
    ];
    const chosen = await pickOne(items, title, "Choose what to change, then compare");
    if (!chosen) return undefined;
    const { change } = chosen;
    if (change === "done") {
      await context.workspaceState.update(MEMORY, traffic);
      return traffic;
    }
    traffic =
      change === "answers"
        ? await askAnswers(traffic, title)
        : await askAmount(traffic, change, title);
  }
}

async function askAmount(traffic: Traffic, amount: Amount, title: string): Promise<Traffic> {
  const { label, prompt, most } = AMOUNTS[amount];
  const typed = await window.showInputBox({
    ...{ title: `${title}: ${label}`, prompt, value: String(traffic[amount]) },
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= most ? undefined : prompt,
  });
  return typed === undefined ? traffic : { ...traffic, [amount]: Number(typed) };
}

async function askAnswers(traffic: Traffic, title: string): Promise<Traffic> {
  const items = (Object.keys(ANSWERS) as Answers[]).map((answers) => ({
    ...ANSWERS[answers],
    answers,
  }));
  const chosen = await pickOne(items, title, "How the servers answer");
  return chosen ? { ...traffic, answers: chosen.answers } : traffic;
}
