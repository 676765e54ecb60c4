import type { CommandTarget } from "./command-target.ts";
import type { CodeTraffic, CommandConfiguration, HystrixCode } from "./hystrix-code.ts";
import type { FileCode } from "./workspace-code.ts";

/** What is known of a command: its settings, and the traffic of one of its uses. */
export interface FoundCommand {
  /** Absent: nothing configures it, so that it has the defaults. */
  readonly configuration: CommandConfiguration | undefined;
  /** The other file that configures it. */
  readonly configuredIn: string | undefined;
  readonly traffic: CodeTraffic | undefined;
}

/**
 * Finds a command: what stands on the line that was asked for first, then what else the file has,
 * then other files.
 * @param others only asked when the file itself does not have all
 */
export async function findCommand(
  { command, line }: Pick<CommandTarget, "command" | "line">,
  code: HystrixCode,
  others: () => Promise<readonly FileCode[]>,
): Promise<FoundCommand> {
  const own = nearestOf(code.configurations, command, line);
  const use = nearestOf(code.uses, command, line);
  if (own && use) return { configuration: own, configuredIn: undefined, traffic: use.traffic };
  const files = await others();
  const elsewhere = files.flatMap(({ file, code: { configurations } }) =>
    configurations.filter(({ name }) => name === command).map((found) => ({ file, found })),
  )[0];
  const otherUse = files.flatMap(({ code: { uses } }) => uses).find(({ name }) => name === command);
  return {
    configuration: own ?? elsewhere?.found,
    configuredIn: own ? undefined : elsewhere?.file,
    traffic: (use ?? otherUse)?.traffic,
  };
}

/** Of those of a name the one on a line, else the last: a later configuration replaces it. */
function nearestOf<T extends { readonly name: string; readonly line: number }>(
  all: readonly T[],
  command: string,
  line: number,
): T | undefined {
  const fitting = all.filter(({ name }) => name === command);
  return fitting.find((each) => each.line === line) ?? fitting.at(-1);
}
