import type { BreakerFile } from "../../simulator/protocol/breaker-spec.ts";
import { GO_SETTINGS, type CommandSettings, type GoSetting } from "./hystrix-code.ts";

const SETTINGS = Object.keys(GO_SETTINGS) as GoSetting[];

/** The breaker of a command as it is written in a cluster file: what differs from the defaults. */
export function breakerOf(command: CommandSettings | undefined): BreakerFile {
  const known = SETTINGS.flatMap((setting) => {
    const value = command?.settings[setting];
    return value === undefined || value === DEFAULTS[setting] ? [] : [[setting, value] as const];
  });
  return { engine: "hystrix-go", ...Object.fromEntries(known) };
}

/** hystrix-go's defaults. */
export const DEFAULTS: Readonly<Record<GoSetting, number>> = {
  timeout: 1000,
  maxConcurrentRequests: 10,
  requestVolumeThreshold: 20,
  sleepWindow: 5000,
  errorPercentThreshold: 50,
};

/** In one sentence: `Timeout 300, ErrorPercentThreshold 25; the rest by default.` */
export function settingsText(command: CommandSettings | undefined): string {
  const written = SETTINGS.flatMap((setting) => {
    const value = command?.settings[setting];
    return value === undefined ? [] : [`${GO_SETTINGS[setting]} ${String(value)}`];
  });
  if (written.length === 0) return "hystrix-go's default settings.";
  const rest = written.length < SETTINGS.length ? "; the rest by default" : "";
  return `${written.join(", ")}${rest}.`;
}
