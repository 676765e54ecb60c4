import { commandStatus, isRefusing } from "../../simulator/protocol/command-status.ts";
import { percentText } from "../../simulator/protocol/figure-text.ts";
import type { StreamCommand, StreamState } from "../../simulator/protocol/stream-model.ts";

/** A command in an attached stream. */
export interface LiveCommand {
  readonly stream: Pick<StreamState, "id" | "name" | "status">;
  readonly command: StreamCommand;
}

/** A command as the attached streams tell of it now. */
export function liveCommands(
  streams: Readonly<Record<string, StreamState>>,
  name: string,
): LiveCommand[] {
  return Object.values(streams).flatMap(({ id, name: title, status, commands }) => {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    return command ? [{ stream: { id, name: title, status }, command }] : [];
  });
}

/** Its state behind the lens: `closed · 12% errors · 340 requests`. */
export function liveText({ stream, command }: LiveCommand, several: boolean): string {
  const { errorPercentage, requestCount } = command;
  const icon = isRefusing(command) ? "$(error)" : "$(pass)";
  const parts = [
    `${icon} ${several ? `${stream.name}: ` : ""}${commandStatus(command)}`,
    `${percentText(errorPercentage)} errors`,
    requestsText(requestCount),
    ...(stream.status === "connected" ? [] : [`stream ${stream.status}`]),
  ];
  return parts.join(" · ");
}

/** `1 request`, `1,200 requests`. */
export function requestsText(count: number): string {
  return `${count.toLocaleString("en")} request${count === 1 ? "" : "s"}`;
}
