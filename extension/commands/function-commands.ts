import { ProgressLocation, Range, Uri, window } from "vscode";
import type { JsonValue } from "../../simulator/protocol/spec.ts";
import { isFunctionTarget } from "../functions/function-target.ts";
import { resultSummary } from "../invoke/result-text.ts";
import { pickService } from "./pick.ts";
import { choosePayload, pickSubject } from "./subject.ts";
import type { Command } from "./workbench.ts";

/** Sends a payload to a function and shows the answer; starts the cluster when it must. */
export const invokeFunction: Command = async (workbench, argument) => {
  const { cluster, results, inline } = workbench;
  const subject = await pickSubject(workbench, argument, "Invoke Function");
  if (!subject) return;
  const payload = await choosePayload(workbench, subject, `Invoke ${subject.name}`);
  if (payload === undefined) return;
  const service = await subject.run();
  if (service === undefined) return;
  const title = `Invoking ${service} …`;
  const result = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    cluster.request("invoke", { service, payload: JSON.parse(payload) as JsonValue }),
  );
  await results.show(service, payload, result);
  if (subject.function) await inline.show(subject.function, resultSummary(result));
};

/** Runs the function above which the lens was clicked. */
export const runFunction: Command = async ({ starter }, argument) => {
  if (isFunctionTarget(argument)) await starter.run(argument);
};

/** Opens a service's function in an editor. */
export const openFunction: Command = async (workbench, argument) => {
  const service = await pickService(workbench, argument, "Open Function");
  if (service?.file === undefined) return;
  const found = await workbench.functions.inFile(service.file);
  const line = found.find((each) => each.export === service.export)?.line ?? 0;
  const selection = new Range(line, 0, line, 0);
  await window.showTextDocument(Uri.file(service.file), { selection });
};
