import type { Command } from "./workbench.ts";

/** Opens the topology with a command of an attached stream selected. */
export const showStreamCommand: Command = (workbench, argument) => {
  if (typeof argument !== "object" || argument === null) return;
  if (!("stream" in argument) || typeof argument.stream !== "string") return;
  const command = "command" in argument && argument.command;
  const { stream } = argument;
  workbench.openTopology({ stream, ...(typeof command === "string" && { command }) });
};
