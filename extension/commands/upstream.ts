import { Uri, window, workspace } from "vscode";
import { serviceOf, type ReadUpstream, type Reading } from "../configurations/reading.ts";
import { isUpstreamTarget, type UpstreamTarget } from "../configurations/upstream-target.ts";
import type { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { pickOne } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/** An upstream that a command works on. */
export interface ChosenUpstream {
  readonly target: UpstreamTarget;
  /** Absolute path of its file. */
  readonly file: string;
  readonly format: Reading["format"];
  readonly upstream: ReadUpstream;
  readonly spec: ServiceSpec;
}

/**
 * The upstream that a command was asked for, or one of the active editor's configuration.
 * @returns undefined when the user turned away
 * @throws Error when it, or any, is not there
 */
export async function chooseUpstream(
  workbench: Workbench,
  argument: unknown,
  title: string,
): Promise<ChosenUpstream | undefined> {
  const uri = isUpstreamTarget(argument)
    ? Uri.parse(argument.configuration)
    : window.activeTextEditor?.document.uri;
  const document = uri && (await workspace.openTextDocument(uri));
  const reading = document && (await workbench.configurations.read(document));
  if (!reading || reading.services.length === 0) {
    throw new Error(
      `${title}: open a configuration of nginx with an upstream, or one of HAProxy with a backend, first.`,
    );
  }
  const wanted = isUpstreamTarget(argument) ? argument : undefined;
  const upstream = wanted
    ? reading.services.find(({ name }) => name === wanted.upstream)
    : await pickUpstream(reading, title);
  if (!upstream) {
    if (wanted)
      throw new Error(`${title}: there is no ${wanted.upstream} in ${document.fileName}.`);
    return undefined;
  }
  const target = { ...wanted, configuration: document.uri.toString(), upstream: upstream.name };
  const { format } = reading;
  return { target, file: document.uri.fsPath, format, upstream, spec: serviceOf(upstream) };
}

async function pickUpstream(
  { services }: Reading,
  title: string,
): Promise<ReadUpstream | undefined> {
  const [only, ...others] = services;
  if (only && others.length === 0) return only;
  const items = services.map((upstream) => ({
    label: upstream.name,
    description: `line ${String(upstream.line)}`,
    upstream,
  }));
  return (await pickOne(items, title, "Upstream or backend"))?.upstream;
}
