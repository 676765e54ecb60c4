import { Disposable } from "vscode";
import { registerClusterFileLanguage } from "./cluster-file/cluster-file-language.ts";
import { FunctionLenses } from "./codelens/function-lenses.ts";
import type { Workbench } from "./commands/workbench.ts";
import { ConfigurationProblems } from "./configurations/configuration-problems.ts";
import { registerSpellingFixes } from "./configurations/spelling-fixes.ts";
import { UpstreamLenses } from "./configurations/upstream-lenses.ts";
import { CommandLenses } from "./hystrix-code/command-lenses.ts";
import { HystrixProblems } from "./hystrix-code/hystrix-problems.ts";

/** All that is shown within the text of files: lenses, problems and their fixes, completion. */
export function registerEditorFeatures(workbench: Workbench): Disposable {
  const { cluster, code, configurations, files, functions, simulations } = workbench;
  return Disposable.from(
    new FunctionLenses(files, cluster, functions),
    new UpstreamLenses(configurations, simulations, cluster),
    new ConfigurationProblems(configurations),
    registerSpellingFixes(),
    new CommandLenses(code, cluster),
    new HystrixProblems(code),
    registerClusterFileLanguage((document) => functions.refsFor(document.uri.fsPath)),
  );
}
