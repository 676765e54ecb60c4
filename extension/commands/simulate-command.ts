import { ProgressLocation, Uri, window, workspace } from "vscode";
import { Breaker } from "../../simulator/protocol/breaker-spec.ts";
import type { CommandTraffic } from "../../simulator/protocol/command-run-model.ts";
import { breakerOf, settingsText } from "../hystrix-code/command-settings.ts";
import { isCommandTarget, trafficIn, type CommandTarget } from "../hystrix-code/command-target.ts";
import { trafficFrom } from "../hystrix-code/command-traffic.ts";
import { findCommand, type FoundCommand } from "../hystrix-code/find-command.ts";
import { ASKED, type Asked } from "../hystrix-code/simulation-choices.ts";
import { pickOne } from "./pick.ts";
import { askTraffic, changeCommandTraffic } from "./simulate-command-input.ts";
import type { Command, Workbench } from "./workbench.ts";

const TITLE = "Simulate Command";

/** Plays traffic through the breaker of a command of Go code, and shows what became of it. */
export const simulateCommand: Command = async (workbench, argument) => {
  const target = isCommandTarget(argument) ? argument : await chooseCommand(workbench);
  if (!target) return;
  const { code, tools } = workbench;
  const name = target.command;
  const document = await workspace.openTextDocument(Uri.parse(target.code));
  const found = await findCommand(target, await code.inDocument(document), () =>
    code.inWorkspace(),
  );
  const { configuration, traffic: fromCode } = found;
  const [wrong] = configuration?.invalid ?? [];
  if (wrong !== undefined) throw new Error(`${TITLE}: "${name}" cannot be simulated. ${wrong}`);
  const initial = trafficFrom(fromCode);
  const traffic = await trafficOf(argument, `${TITLE}: ${name}`, initial);
  if (!traffic) return;
  const breaker = Breaker.parse(breakerOf(configuration));
  const title = `Simulating ${name} …`;
  const run = await window.withProgress({ location: ProgressLocation.Window, title }, () =>
    tools.request("simulateCommand", { breaker, traffic }),
  );
  const simulation = {
    ...{ name, traffic, run, settings: settingsOf(found) },
    notes: configuration?.unknown ?? [],
    fromCode: { traffic: initial, because: fromCode?.because ?? [] },
  };
  workbench.commandPage.show(simulation, target);
};

/** The traffic of a link, with what it asks for; else the user says. */
async function trafficOf(
  argument: unknown,
  title: string,
  initial: CommandTraffic,
): Promise<CommandTraffic | undefined> {
  const given = trafficIn(argument);
  if (!given) return changeCommandTraffic(title, initial);
  const asked = askedIn(argument);
  return asked === undefined ? given : askTraffic(asked, title, given);
}

function askedIn(argument: unknown): Asked | undefined {
  if (typeof argument !== "object" || argument === null || !("ask" in argument)) return undefined;
  return ASKED.find((each) => each === argument.ask);
}

function settingsOf({ configuration, configuredIn }: FoundCommand): string {
  const text = settingsText(configuration);
  if (!configuration) return `Nothing configures it: ${text}`;
  return configuredIn === undefined ? text : `${text} (${workspace.asRelativePath(configuredIn)})`;
}

/** A command of the active Go file, or of the workspace. */
async function chooseCommand({ code }: Workbench): Promise<CommandTarget | undefined> {
  const active = window.activeTextEditor?.document;
  const own = active ? [{ file: active.uri.fsPath, code: await code.inDocument(active) }] : [];
  const isHere = own.some(
    ({ code: { configurations, uses } }) => configurations.length + uses.length > 0,
  );
  const files = isHere ? own : await code.inWorkspace();
  const items = new Map(
    files.flatMap(({ file, code: { configurations, uses } }) =>
      [...uses, ...configurations].map(({ name, line }) => {
        const description = `${workspace.asRelativePath(file)}:${String(line + 1)}`;
        const address = active && isHere ? active.uri : Uri.file(file);
        const target = { code: address.toString(), command: name, line };
        return [name, { label: name, description, target }] as const;
      }),
    ),
  );
  if (items.size === 0) {
    throw new Error(
      `${TITLE}: there is no command of hystrix-go. Open a Go file with hystrix.ConfigureCommand or hystrix.Do.`,
    );
  }
  return (await pickOne([...items.values()], TITLE, "Command"))?.target;
}
