import type { ConfigurationSource, Finding, Imported, ImportedService } from "../contract.ts";
import { serviceNameOf } from "../service-names.ts";
import { contextOf } from "./directives.ts";
import { Includes } from "./include.ts";
import { parse } from "./parser.ts";
import { placeOf, Reading } from "./reading.ts";
import { openScope } from "./scope.ts";
import { serviceFile } from "./service-file.ts";
import { SourceText } from "./source-text.ts";
import { isBuiltIn, variablesOf } from "./variables.ts";
import { walkFile } from "./walk.ts";

/** Reads a configuration of nginx, whole or a part; see {@link readInOrder} for its errors. */
export function read(configuration: ConfigurationSource): Imported {
  const { services, findings } = readInOrder(configuration);
  const files = [...new Set([configuration.path, ...findings.map(({ file }) => file)])];
  const order = new Map(files.map((file, i) => [file, i]));
  const rank = ({ file }: Finding) => order.get(file) ?? 0;
  return {
    services,
    findings: findings.toSorted(
      (a, b) => rank(a) - rank(b) || a.line - b.line || a.column - b.column,
    ),
  };
}

/** The same with the findings in the order in which nginx comes to them: it stops at the first error. */
export function readInOrder(configuration: ConfigurationSource): Imported {
  const reading = new Reading(configuration);
  const file = parse(new SourceText(configuration.path, configuration.text));
  const context = contextOf(file.directives.map(({ words: [name] }) => name.text));
  // A part says little of what the rest defines.
  if (context !== "M") reading.complete = false;
  walkFile(reading, new Includes(configuration.path), file, openScope(context, undefined));
  if (reading.complete) checkVariables(reading);
  checkZones(reading);

  const taken = new Set<string>();
  const services = [...reading.upstreams.entries()].flatMap(
    ([key, upstream]): ImportedService[] => {
      const { name, directive, broken } = upstream;
      if (broken) return [];
      const passes = reading.passes.get(key) ?? [];
      const serviceName = serviceNameOf(name, taken);
      if (serviceName !== name) {
        const message = `"${name}" cannot be the name of a service; it becomes "${serviceName}"`;
        reading.report("note", message, placeOf(directive, 1));
      }
      const { source } = directive;
      return [
        {
          name,
          ...(serviceName !== name && { serviceName }),
          file: source.path,
          line: source.lineAt(directive.words[0].start),
          endLine: source.lineAt(directive.block?.end ?? directive.at),
          service: serviceFile(reading, upstream, passes),
        },
      ];
    },
  );
  return { services, findings: reading.findings };
}

function checkVariables(reading: Reading): void {
  for (const upstream of reading.upstreams.values()) {
    for (const directive of upstream.hashes) {
      const variables = variablesOf(directive.words[1]?.text ?? "");
      if (typeof variables === "string") continue;
      const unknown = variables.find((name) => !isBuiltIn(name) && !reading.variables.has(name));
      if (unknown === undefined) continue;
      upstream.broken = true;
      const message = `unknown "${unknown}" variable`;
      reading.report("error", message, placeOf(directive, 1), "variables");
    }
  }
}

function checkZones(reading: Reading): void {
  for (const [name, { size, first }] of reading.zones) {
    if (size > 0 || !reading.complete) continue;
    const message = `zero size shared memory zone "${name}"`;
    reading.report("error", message, placeOf(first, 1), "zones");
  }
}
