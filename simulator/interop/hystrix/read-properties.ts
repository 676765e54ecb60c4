import { NetflixHystrix } from "../../protocol/hystrix-spec.ts";
import type {
  ConfigurationSource,
  Finding,
  ImportedCommand,
  ImportedCommands,
} from "../contract.ts";
import { serviceNameOf } from "../service-names.ts";
import { parseProperties, type PropertyLine } from "./properties-text.ts";
import {
  COMMAND_PROPERTIES,
  NETFLIX_DEFAULTS,
  POOL_KEY,
  POOL_PROPERTIES,
  WITHOUT_EFFECT,
  type NetflixSetting,
} from "./property-names.ts";

type Value = string | number | boolean;
type Settings = Partial<Record<NetflixSetting, Value>>;

/** One command, or one thread pool, as the file speaks of it. */
interface Group {
  readonly name: string;
  readonly line: number;
  readonly settings: Settings;
  /** The pool that it names. */
  pool?: string;
}

/** Both of Hystrix's words for those that no other line speaks of. */
const DEFAULT = "default";
const KEY = /^hystrix\.(command|threadpool)\.(.+)$/;

/** Reads the commands of a properties file. Never throws, whatever the text. */
export function readProperties({ path, text }: ConfigurationSource): ImportedCommands {
  const reading = new PropertiesReading(path);
  for (const line of parseProperties(text)) reading.take(line);
  return reading.result();
}

class PropertiesReading {
  readonly #path: string;
  readonly #commands = new Map<string, Group>();
  readonly #pools = new Map<string, Group>();
  readonly #findings: Finding[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  take(line: PropertyLine): void {
    const { key } = line;
    if (!key.startsWith("hystrix.")) return;
    const [, kind, rest = ""] = KEY.exec(key) ?? [];
    const isPool = kind === "threadpool";
    const names = isPool ? POOL_PROPERTIES : COMMAND_PROPERTIES;
    const known = kind && longest(rest, [...Object.values(names), POOL_KEY, ...WITHOUT_EFFECT]);
    if (!known) {
      const collapser = key.startsWith("hystrix.collapser.");
      const why = collapser
        ? "has no equivalent: calls are not collapsed here"
        : "is no property of Hystrix";
      this.#say(line, collapser ? "note" : "warning", `\`${key}\` ${why}.`);
      return;
    }
    const name = rest.slice(0, -known.length - 1);
    const group = groupOf(isPool ? this.#pools : this.#commands, name, line.line);
    if (known === POOL_KEY) {
      group.pool = line.value;
      return;
    }
    const setting = Object.entries(names).find(([, property]) => property === known)?.[0];
    if (setting) this.#set(group, setting as NetflixSetting, line);
    else this.#say(line, "note", `\`${known}\` changes nothing here.`);
  }

  result(): ImportedCommands {
    const named = [...this.#commands.values()].filter(({ name }) => name !== DEFAULT);
    const all = this.#commands.get(DEFAULT);
    const pool = this.#pools.get(DEFAULT);
    const fallback = all ?? (pool && named.length === 0 ? pool : undefined);
    const groups = named.length > 0 || !fallback ? named : [fallback];
    const taken = new Set<string>();
    const used = new Set<string>([DEFAULT]);
    const commands = groups.flatMap((group) => {
      const key = group.pool ?? all?.pool ?? group.name;
      used.add(key);
      const settings = {
        ...pool?.settings,
        ...this.#pools.get(key)?.settings,
        ...all?.settings,
        ...group.settings,
      };
      return this.#command(group, settings, taken);
    });
    this.#tellUnused(used);
    this.#findings.sort((a, b) => a.line - b.line || a.column - b.column);
    return { commands, findings: this.#findings };
  }

  #set(group: Group, setting: NetflixSetting, line: PropertyLine): void {
    const preset = NETFLIX_DEFAULTS[setting];
    const value = valueOf(line.value, preset);
    const parsed = NetflixHystrix.shape[setting].safeParse(value);
    if (value !== undefined && parsed.success) {
      group.settings[setting] = value;
      return;
    }
    const expected = parsed.error?.issues[0]?.message ?? expectedOf(preset);
    const what = value === undefined ? expectedOf(preset) : expected.replace(/\.?$/, ".");
    const message = `\`${line.key}\` is "${line.value}". ${what} It stays at ${String(preset)}.`;
    this.#say(line, "warning", message);
  }

  #command(group: Group, settings: Settings, taken: Set<string>): ImportedCommand[] {
    const { name, line } = group;
    const different = Object.entries(NETFLIX_DEFAULTS).flatMap(([setting, preset]) => {
      const value = settings[setting as NetflixSetting] ?? preset;
      return value === preset ? [] : [[setting, value] as const];
    });
    const parsed = NetflixHystrix.safeParse({
      engine: "hystrix",
      ...Object.fromEntries(different),
    });
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const message = `"${name}" is left out: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`;
      this.#findings.push({ file: this.#path, line, column: 1, severity: "warning", message });
      return [];
    }
    const breaker = { engine: "hystrix" as const, ...Object.fromEntries(different) };
    return [{ name, serviceName: serviceNameOf(name, taken), line, breaker }];
  }

  #tellUnused(used: ReadonlySet<string>): void {
    for (const { name, line } of this.#pools.values()) {
      if (used.has(name)) continue;
      const message = `No command here uses the thread pool "${name}": it is left out. \`hystrix.command.NAME.${POOL_KEY}\` says whose it is.`;
      this.#findings.push({ file: this.#path, line, column: 1, severity: "warning", message });
    }
  }

  #say({ line, column }: PropertyLine, severity: Finding["severity"], message: string): void {
    this.#findings.push({ file: this.#path, line, column, severity, message });
  }
}

function groupOf(groups: Map<string, Group>, name: string, line: number): Group {
  const known = groups.get(name);
  if (known) return known;
  const group: Group = { name, line, settings: {} };
  groups.set(name, group);
  return group;
}

/** The longest of some names that a key ends with, after the name of a command. */
function longest(rest: string, names: readonly string[]): string | undefined {
  const fitting = names.filter((name) => rest.endsWith(`.${name}`));
  return fitting.sort((a, b) => b.length - a.length)[0];
}

/** The value in the type of the default; undefined when it is none of that type. */
function valueOf(text: string, preset: Value): Value | undefined {
  if (typeof preset === "number") return /^-?\d+$/.test(text) ? Number(text) : undefined;
  if (typeof preset === "string") return text.toUpperCase();
  // Archaius takes these words for booleans.
  if (/^(true|yes|on|t|y)$/i.test(text)) return true;
  return /^(false|no|off|f|n)$/i.test(text) ? false : undefined;
}

function expectedOf(preset: Value): string {
  if (typeof preset === "number") return "Expected a whole number.";
  return typeof preset === "boolean" ? "Expected true or false." : "Expected THREAD or SEMAPHORE.";
}
