import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Exported } from "../contract.ts";
import { nearestGo, type GoSettings } from "./nearest-go.ts";
import { commandsOf, type WrittenCommand } from "./write-notes.ts";

const FIELDS: Readonly<Record<keyof GoSettings, string>> = {
  timeout: "Timeout",
  maxConcurrentRequests: "MaxConcurrentRequests",
  requestVolumeThreshold: "RequestVolumeThreshold",
  sleepWindow: "SleepWindow",
  errorPercentThreshold: "ErrorPercentThreshold",
};
/** gofmt aligns the values of one literal: one blank behind the longest name. */
const WIDTH = Math.max(...Object.values(FIELDS).map(({ length }) => length + 2));

/** Writes breakers as a Go file that configures hystrix-go, laid out as gofmt does. */
export function writeGo(services: Readonly<Record<string, ServiceSpec>>): Exported {
  const { commands, findings } = commandsOf(services, nearestGo);
  const entries = commands.map(entry).join("");
  const map = `map[string]hystrix.CommandConfig{${entries === "" ? "" : `\n${entries}\t`}}`;
  const text = `// Package resilience configures the circuit breakers of hystrix-go.
package resilience

import "github.com/afex/hystrix-go/hystrix"

func init() {
	hystrix.Configure(${map})
}
`;
  return { text, findings };
}

function entry({ name, settings, notes }: WrittenCommand<GoSettings>): string {
  const comments = notes.map((note) => `\t\t// ${note}\n`);
  const fields = (Object.keys(FIELDS) as (keyof GoSettings)[]).map(
    (setting) => `\t\t\t${`${FIELDS[setting]}:`.padEnd(WIDTH)}${settings[setting]},\n`,
  );
  return `${comments.join("")}\t\t"${name}": {\n${fields.join("")}\t\t},\n`;
}
