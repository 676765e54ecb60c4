import { cInt, parseTime } from "./numbers.ts";
import type { ServerSettings } from "./proxy.ts";

/** Where a parameter stands. */
export interface ParameterContext {
  readonly server: string;
  readonly mode: string;
  readonly version: string | undefined;
  /** Who has a numeric id already, as HAProxy names it. */
  readonly ownerOf: (id: number) => string | undefined;
}

/** Reads one parameter into the settings; its complaint in HAProxy's words, or one that it starts with. */
type ParameterReader = (
  value: string,
  settings: ServerSettings,
  context: ParameterContext,
) => string | { readonly alert: string } | undefined;

const isOneOf = <T extends string>(known: readonly T[], text: string): text is T =>
  (known as readonly string[]).includes(text);

const MODES = ["none", "layer4", "layer7"] as const;
const ON_ERROR = ["fastinter", "fail-check", "sudden-death", "mark-down"] as const;

function interval(
  name: string,
  store: (settings: ServerSettings, ms: number) => void,
): ParameterReader {
  return (value, settings, { server, version }) => {
    const time = parseTime(value, version);
    // 2.6 names another parameter here than the one that is wrong.
    if ("unexpected" in time) {
      return `unexpected character '${time.unexpected}' in 'agent-inter' argument of server ${server}..`;
    }
    if ("overflow" in time) {
      return `timer overflow in argument <${value}> to <${name}> of server ${server}, maximum value is 2147483647 ms (~24.8 days)..`;
    }
    if (time.ms === 0) return `invalid value 0 for argument '${name}' of server ${server}..`;
    store(settings, time.ms);
    return time.warning === undefined ? undefined : { alert: time.warning };
  };
}

function count(name: "rise" | "fall"): ParameterReader {
  return (value, settings) => {
    const number = cInt(value);
    if (number <= 0) return `'${name}' has to be > 0..`;
    settings[name] = number;
    return undefined;
  };
}

function limit(name: "maxConnections" | "minConnections" | "maxQueue"): ParameterReader {
  return (value, settings) => {
    settings[name] = Math.max(0, cInt(value));
    return undefined;
  };
}

const set =
  (change: Partial<ServerSettings>): ParameterReader =>
  (_value, settings) => {
    Object.assign(settings, change);
    return undefined;
  };

/** Parameters that change how a server is balanced or checked, by name. */
export const PARAMETERS: Readonly<Record<string, ParameterReader>> = {
  id: (value, settings, { ownerOf }) => {
    const id = cInt(value);
    if (id <= 0) return "'id' : custom id has to be > 0.";
    const owner = ownerOf(id);
    if (owner !== undefined) return `'id' : custom id ${id} already used at ${owner}.`;
    settings.id = id;
    return undefined;
  },
  weight: (value, settings, { server }) => {
    const weight = cInt(value);
    if (weight < 0 || weight > 256) {
      return `weight of server ${server} is not within 0 and 256 (${weight})..`;
    }
    settings.weight = weight;
    return undefined;
  },
  slowstart: (value, settings, { server, version }) => {
    const time = parseTime(value, version);
    if ("unexpected" in time) {
      // At the end of the word the message ends too.
      const rest =
        time.unexpected === ""
          ? ""
          : `${time.unexpected}' in 'slowstart' argument of server ${server}.`;
      return `unexpected character '${rest}.`;
    }
    if ("overflow" in time) {
      return `overflow in argument <${value}> to <slowstart> of server ${server}, maximum value is 2147483647 ms (~24.8 days)..`;
    }
    settings.slowStartMs = Math.ceil(time.ms / 1000) * 1000;
    return time.warning === undefined ? undefined : { alert: time.warning };
  },
  observe: (value, settings, { mode }) => {
    if (!isOneOf(MODES, value)) {
      return `'observe' expects one of 'none', 'layer4', 'layer7' but got '${value}'.`;
    }
    if (value === "layer7" && mode !== "http") {
      return { alert: "'layer7' can only be used in http proxies.." };
    }
    settings.observe = value;
    return undefined;
  },
  "on-error": (value, settings) => {
    if (!isOneOf(ON_ERROR, value)) {
      return `'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '${value}'.`;
    }
    settings.onError = value;
    return undefined;
  },
  "error-limit": (value, settings) => {
    const number = cInt(value);
    if (number <= 0) return "error-limit has to be > 0..";
    settings.errorLimit = number;
    return undefined;
  },
  inter: interval("inter", (settings, ms) => (settings.interMs = ms)),
  fastinter: interval("fastinter", (settings, ms) => (settings.fastInterMs = ms)),
  downinter: interval("downinter", (settings, ms) => (settings.downInterMs = ms)),
  rise: count("rise"),
  fall: count("fall"),
  maxconn: limit("maxConnections"),
  minconn: limit("minConnections"),
  maxqueue: limit("maxQueue"),
  port: (value, settings) => {
    settings.checkPort = cInt(value);
    return undefined;
  },
  "agent-port": (value, settings) => {
    settings.agentPort = cInt(value);
    return undefined;
  },
  ssl: set({ tls: true }),
  "no-ssl": set({ tls: false }),
  "check-ssl": set({ checkTls: true }),
  "no-check-ssl": set({ checkTls: false }),
  "ca-file": set({ hasCaFile: true }),
  verify: (value, settings) => {
    if (value !== "none" && value !== "required")
      return `'verify' : unknown verify method '${value}', only 'none' and 'required' are supported.`;
    settings.verify = value;
    return undefined;
  },
  track: set({ tracked: true, check: true }),
  check: set({ check: true }),
  "no-check": set({ check: false }),
  "agent-check": set({ agentCheck: true }),
  "no-agent-check": set({ agentCheck: false }),
  backup: set({ backup: true }),
  "no-backup": set({ backup: false }),
  disabled: set({ disabled: true }),
  enabled: set({ disabled: false }),
};
