import { ProgressLocation, window } from "vscode";
import {
  algorithmsToCompare,
  withAnswers,
  type Comparison,
  type Traffic,
} from "../configurations/comparison.ts";
import { isUpstreamTarget } from "../configurations/upstream-target.ts";
import type { BalancerId, ServiceSpec } from "../../simulator/protocol/spec.ts";
import { chooseAlgorithms } from "./balancer-choice.ts";
import { changeTraffic, rememberedTraffic } from "./comparison-traffic.ts";
import { pickService, targetOf } from "./pick.ts";
import { chooseUpstream } from "./upstream.ts";
import type { Command, Workbench } from "./workbench.ts";

interface Subject {
  readonly name: string;
  readonly spec: ServiceSpec;
  readonly own: BalancerId;
  /** What names it to the commands of the page. */
  readonly argument: object;
}

/** Runs the same made-up traffic through several algorithms and shows what each made of it. */
export const compareAlgorithms: Command = async (workbench, argument) => {
  const title = "Compare Algorithms";
  const subject = await subjectOf(workbench, argument, title);
  if (!subject) return;
  const { name, spec, own } = subject;
  const ask = askOf(argument);
  const known = rememberedTraffic(workbench);
  const traffic = ask === "traffic" ? await changeTraffic(workbench, name, known) : known;
  const usual = algorithmsOf(argument) ?? algorithmsToCompare(own);
  const algorithms = ask === "algorithms" ? await chooseAlgorithms(usual, own, name) : usual;
  if (!traffic || !algorithms) return;
  const runs = await run(workbench, { spec, traffic, algorithms, name });
  const comparison: Comparison = { name, spec, own, traffic, runs };
  workbench.comparison.show(comparison, { ...subject.argument, algorithms });
};

async function run(
  { tools }: Workbench,
  asked: { spec: ServiceSpec; traffic: Traffic; algorithms: BalancerId[]; name: string },
): Promise<Comparison["runs"]> {
  const { spec, traffic, algorithms, name } = asked;
  const { perSecond, clients, calls, answers } = traffic;
  const title = `Comparing ${String(algorithms.length)} algorithms for ${name} …`;
  const answer = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.request("compareAlgorithms", {
      ...{ spec: withAnswers(spec, answers), algorithms, calls, perSecond, clients },
    }),
  );
  return answer.runs;
}

async function subjectOf(
  workbench: Workbench,
  argument: unknown,
  title: string,
): Promise<Subject | undefined> {
  const isOfCluster = targetOf(workbench, argument) !== undefined;
  const isConfiguration =
    isUpstreamTarget(argument) || (!isOfCluster && (await isActive(workbench)));
  if (isConfiguration || (!isOfCluster && workbench.cluster.phase !== "running")) {
    const chosen = await chooseUpstream(workbench, argument, title);
    if (!chosen) return undefined;
    const { spec, target } = chosen;
    const { configuration, upstream } = target;
    const own = spec.balancer.algorithm;
    return { name: upstream, spec, own, argument: { configuration, upstream } };
  }
  const service = await pickService(workbench, argument, title);
  if (!service) return undefined;
  const { name, spec, algorithm } = service;
  return { name, spec, own: algorithm, argument: { service: name } };
}

/** Whether the active editor shows a configuration with upstreams. */
async function isActive({ configurations }: Workbench): Promise<boolean> {
  const document = window.activeTextEditor?.document;
  const reading = document && (await configurations.read(document));
  return reading !== undefined && reading.services.length > 0;
}

/** What a link of the page wants to change. */
function askOf(argument: unknown): "traffic" | "algorithms" | undefined {
  if (typeof argument !== "object" || argument === null || !("ask" in argument)) return undefined;
  const { ask } = argument;
  return ask === "traffic" || ask === "algorithms" ? ask : undefined;
}

function algorithmsOf(argument: unknown): BalancerId[] | undefined {
  if (typeof argument !== "object" || argument === null || !("algorithms" in argument)) {
    return undefined;
  }
  const { algorithms } = argument;
  return Array.isArray(algorithms) ? (algorithms as BalancerId[]) : undefined;
}
