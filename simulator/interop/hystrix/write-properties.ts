import type { ServiceSpec } from "../../protocol/spec.ts";
import type { Exported } from "../contract.ts";
import { nearestNetflix } from "./nearest-netflix.ts";
import { escapeKey } from "./properties-text.ts";
import {
  COMMAND_PROPERTIES,
  NETFLIX_DEFAULTS,
  POOL_KEY,
  POOL_PROPERTIES,
  type NetflixSetting,
  type NetflixSettings,
} from "./property-names.ts";
import { commandsOf, type WrittenCommand } from "./write-notes.ts";

/** Hystrix's word for every command that has no settings of its own. */
const DEFAULT = "default";

/** What is written also where it is as usual: the settings that one looks for. */
const ALWAYS: readonly NetflixSetting[] = [
  "circuitBreakerRequestVolumeThreshold",
  "circuitBreakerErrorThresholdPercentage",
  "circuitBreakerSleepWindowInMilliseconds",
  "executionTimeoutInMilliseconds",
];

/** Writes breakers as a properties file of Netflix Hystrix. */
export function writeProperties(services: Readonly<Record<string, ServiceSpec>>): Exported {
  const { [DEFAULT]: every, ...named } = services;
  const { commands, findings } = commandsOf(named, nearestNetflix);
  if (every) {
    const message = `A command cannot be called "${DEFAULT}" in a file, where it stands for all; it is left out.`;
    findings.push({ file: DEFAULT, line: 1, column: 1, severity: "warning", message });
  }
  const blocks = commands.map(block);
  return { text: ["# Settings of Netflix Hystrix.\n", ...blocks].join("\n"), findings };
}

function block({ name, settings, notes }: WrittenCommand<NetflixSettings>): string {
  const key = escapeKey(name);
  const lines = [
    ...notes.map((note) => `# ${note}`),
    ...linesOf(`hystrix.command.${key}`, COMMAND_PROPERTIES, settings),
    ...buckets(`hystrix.command.${key}`, settings),
  ];
  const pool = linesOf(`hystrix.threadpool.${key}`, POOL_PROPERTIES, settings);
  // A pool is that of a group of commands, unless it is named.
  if (pool.length > 0) lines.push(`hystrix.command.${key}.${POOL_KEY}=${escapeValue(name)}`);
  return [...lines, ...pool, ""].join("\n");
}

function linesOf(
  prefix: string,
  names: Partial<Record<NetflixSetting, string>>,
  settings: NetflixSettings,
): string[] {
  return (Object.entries(names) as [NetflixSetting, string][]).flatMap(([setting, property]) => {
    const value = settings[setting];
    const isUsual = value === NETFLIX_DEFAULTS[setting];
    return isUsual && !ALWAYS.includes(setting) ? [] : [`${prefix}.${property}=${String(value)}`];
  });
}

/** Hystrix does not start when its buckets do not divide the window; there are usually ten. */
function buckets(
  prefix: string,
  { metricsRollingStatisticalWindowInMilliseconds: window }: NetflixSettings,
): string[] {
  if (window % 10 === 0) return [];
  const count = [9, 8, 7, 6, 5, 4, 3, 2, 1].find((each) => window % each === 0) ?? 1;
  return [`${prefix}.metrics.rollingStats.numBuckets=${count}`];
}

const escapeValue = (value: string) => value.replaceAll("\\", "\\\\");
