import { window } from "vscode";
import type { InstanceState, Snapshot } from "../../simulator/protocol/model.ts";
import { instancesOf } from "../cluster/summary.ts";
import { pickOne, runningSnapshot } from "./pick.ts";
import { addressOf } from "./stream-input.ts";
import type { Command } from "./workbench.ts";

/** Where hystrix-go's handler listens in its own example. */
const USUAL_URL = "http://127.0.0.1:8081/hystrix.stream";
const ADDRESS = "Address of the stream, such as http://127.0.0.1:8081/hystrix.stream";

/** Shows the breakers of another program, by its stream of metrics. */
export const attachStream: Command = async (workbench) => {
  const snapshot = runningSnapshot(workbench);
  const where = await pickOne(
    [
      { label: "$(link) Address…", description: "of a running program", instance: undefined },
      ...listening(snapshot).map((instance) => ({
        label: `$(server-process) ${instance.id}`,
        description: `port ${String(instance.port ?? "")}`,
        instance,
      })),
    ],
    "Attach to Hystrix Stream",
    "Whose stream",
  );
  if (!where) return;
  if (where.instance) {
    const port = await askPort(where.instance);
    if (port === undefined) return;
    await workbench.cluster.request("attachStream", { instance: where.instance.id, port });
    return;
  }
  const url = await window.showInputBox({
    title: "Attach to Hystrix Stream",
    prompt: ADDRESS,
    value: USUAL_URL,
    ignoreFocusOut: true,
    validateInput: (text) => (addressOf(text) === undefined ? ADDRESS : undefined),
  });
  const address = url === undefined ? undefined : addressOf(url);
  if (address !== undefined) await workbench.cluster.request("attachStream", { url: address });
};

/** Ends the look at one stream. */
export const detachStream: Command = async (workbench, argument) => {
  const snapshot = runningSnapshot(workbench);
  const asked = streamOf(argument);
  const items = Object.values(snapshot.streams).map(({ id, name, url, status }) => ({
    label: name,
    description: name === url ? status : `${url} · ${status}`,
    id,
  }));
  if (items.length === 0) throw new Error("Detach Stream: it is attached to none.");
  const id = asked ?? (await pickOne(items, "Detach Stream", "Stream"))?.id;
  if (id !== undefined) await workbench.cluster.request("detachStream", { id });
};

function listening(snapshot: Snapshot): InstanceState[] {
  return Object.keys(snapshot.services)
    .sort()
    .flatMap((service) => instancesOf(snapshot, service))
    .filter(({ port, phase }) => port !== undefined && phase === "running");
}

async function askPort({ id, port }: InstanceState): Promise<number | undefined> {
  const prompt = "Port on which it serves /hystrix.stream";
  const typed = await window.showInputBox({
    title: `Attach to the Hystrix stream of ${id}`,
    prompt,
    value: String(port ?? ""),
    ignoreFocusOut: true,
    validateInput: (text) =>
      /^\d{1,5}$/.test(text.trim()) && Number(text) > 0 && Number(text) <= 65_535
        ? undefined
        : "Enter a port, 1 to 65535.",
  });
  return typed === undefined ? undefined : Number(typed);
}

function streamOf(argument: unknown): string | undefined {
  if (typeof argument !== "object" || argument === null || !("target" in argument))
    return undefined;
  const { target } = argument;
  if (typeof target !== "object" || target === null || !("stream" in target)) return undefined;
  return typeof target.stream === "string" ? target.stream : undefined;
}
