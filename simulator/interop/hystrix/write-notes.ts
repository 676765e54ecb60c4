import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Finding } from "../contract.ts";
import type { Nearest } from "./nearest.ts";

/** One service that is written, and the notes above it. */
export interface WrittenCommand<S> extends Nearest<S> {
  readonly name: string;
}

/** What is written of services, and all that is to be said: `file` is the service, line 1. */
export function commandsOf<S>(
  services: Readonly<Record<string, ServiceSpec>>,
  nearest: (service: ServiceSpec) => Nearest<S> | undefined,
): { commands: WrittenCommand<S>[]; findings: Finding[] } {
  const commands: WrittenCommand<S>[] = [];
  const findings: Finding[] = [];
  for (const [name, service] of Object.entries(services)) {
    const found = nearest(service);
    const place = { file: name, line: 1, column: 1 };
    if (!found) {
      const message = "It has no `breaker`; there is nothing to write.";
      findings.push({ ...place, severity: "note", message });
      continue;
    }
    commands.push({ name, ...found });
    for (const message of found.notes) findings.push({ ...place, severity: "warning", message });
  }
  return { commands, findings };
}
