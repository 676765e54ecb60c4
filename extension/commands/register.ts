import { commands, Disposable, window, workspace } from "vscode";
import { COMMANDS, type CommandName } from "../contributions.ts";
import { COMMAND_TABLE } from "./table.ts";
import type { Workbench } from "./workbench.ts";

/** Commands that run none of the workspace's code. */
const SAFE: ReadonlySet<CommandName> = new Set([
  ...(["openSample", "showLog", "openTopology", "simulateCommand", "showStreamCommand"] as const),
]);

/** Registers every command. What one throws is logged and shown as a sentence. */
export function registerCommands(workbench: Workbench): Disposable {
  const registered = Object.entries(COMMANDS).map(([key, id]) => {
    const name = key as CommandName;
    return commands.registerCommand(id, async (argument: unknown) => {
      try {
        // The palette hides them; a keybinding or another extension may still ask.
        if (!workspace.isTrusted && !SAFE.has(name)) {
          throw new Error("Fuseboard runs your code, so it needs a trusted workspace.");
        }
        await COMMAND_TABLE[name](workbench, argument);
      } catch (error) {
        await tell(workbench, error);
      }
    });
  });
  return Disposable.from(...registered);
}

async function tell({ log }: Workbench, error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  log.write({ level: "error", text: error instanceof Error ? (error.stack ?? message) : message });
  const show = "Show Log";
  if ((await window.showErrorMessage(`Fuseboard: ${message}`, show)) === show) await log.show();
}
