import {
  Diagnostic,
  DiagnosticSeverity,
  Disposable,
  languages,
  Range,
  Uri,
  type DiagnosticCollection,
} from "vscode";
import type { Problem, Snapshot } from "../../simulator/protocol/model.ts";
import type { CurrentCluster } from "./current-cluster.ts";

/** Puts the cluster's problems into the Problems panel, in the file where they can be mended. */
export function registerClusterProblems(cluster: CurrentCluster): Disposable {
  const collection = languages.createDiagnosticCollection("fuseboard");
  let shown: Snapshot["problems"] | undefined;
  return Disposable.from(
    collection,
    cluster.onDidChange(() => {
      const problems = cluster.snapshot?.problems;
      if (problems === shown) return;
      shown = problems;
      show(collection, Object.values(problems ?? {}), cluster.plan?.file);
    }),
  );
}

function show(
  collection: DiagnosticCollection,
  problems: readonly Problem[],
  clusterFile: string | undefined,
): void {
  collection.clear();
  const byFile = new Map<string, Diagnostic[]>();
  for (const problem of problems) {
    const file = problem.location?.file ?? clusterFile;
    if (file === undefined) continue;
    byFile.set(file, [...(byFile.get(file) ?? []), diagnosticOf(problem)]);
  }
  for (const [file, diagnostics] of byFile) collection.set(Uri.file(file), diagnostics);
}

function diagnosticOf({ message, severity, location, key }: Problem): Diagnostic {
  const line = (location?.line ?? 1) - 1;
  const column = (location?.column ?? 1) - 1;
  // One past the end of the line is cut back to it: the whole rest is marked.
  const range = new Range(line, column, line, location?.line === undefined ? column : 1000);
  const diagnostic = new Diagnostic(
    range,
    message,
    severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
  );
  diagnostic.source = "Fuseboard";
  diagnostic.code = key;
  return diagnostic;
}
