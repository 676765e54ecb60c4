import { readBalance } from "./balance.ts";
import { cInt } from "./numbers.ts";
import type { HashType, ProxySettings } from "./proxy.ts";
import { hasRelease } from "../../kernel/release.ts";
import type { Statement } from "./statement.ts";

/** Reads one statement into the settings of its section; reports what is wrong with it. */
export type SettingReader = (
  statement: Statement,
  settings: ProxySettings,
  version: string | undefined,
) => void;

const FUNCTIONS = ["sdbm", "djb2", "wt6", "crc32"] as const;

function readHashType(statement: Statement, version: string | undefined): HashType | null {
  const [type, name, modifier] = [statement.arg(1), statement.arg(2), statement.arg(3)];
  const refuse = (index: number, message: string): null => {
    statement.error(index, message);
    return null;
  };
  if (type === "avalanche") {
    return refuse(
      1,
      "experimental feature 'hash-type avalanche' is not supported anymore, please use 'hash-type map-based sdbm avalanche' instead.",
    );
  }
  if (type !== "map-based" && type !== "consistent") {
    return refuse(1, "'hash-type' only supports 'consistent' and 'map-based'.");
  }
  // Without a function, consistent hashing is avalanched.
  if (name === "") return type === "consistent" ? { type, avalanche: true } : { type };
  const hash =
    FUNCTIONS.find((known) => known === name) ??
    (name === "none" && hasRelease(version, "2.8") ? "none" : undefined);
  if (hash === undefined) {
    return refuse(2, "'hash-type' only supports 'sdbm', 'djb2', 'crc32', or 'wt6' hash functions.");
  }
  if (modifier === "") return { type, function: hash };
  if (modifier !== "avalanche") {
    return refuse(3, "'hash-type' only supports 'avalanche' as a modifier for hash functions.");
  }
  return { type, function: hash, avalanche: true };
}

const RETRY_CONDITIONS = [
  "conn-failure",
  "empty-response",
  "junk-response",
  "response-timeout",
  "0rtt-rejected",
  "all-retryable-errors",
];
const RETRY_STATUSES = ["401", "403", "404", "408", "425", "500", "501", "502", "503", "504"];

const readRetryOn: SettingReader = (statement, settings, version) => {
  const on: (string | number)[] = [];
  if (statement.arg(1) === "") {
    statement.error(0, "'retry-on' needs at least one keyword to specify when to retry");
    return;
  }
  for (let i = 1; statement.arg(i) !== ""; i++) {
    const condition = statement.arg(i);
    const isNew = (condition === "421" || condition === "429") && hasRelease(version, "3.0");
    if (condition === "none") {
      if (i > 1 || statement.arg(2) !== "") {
        statement.error(i, "'retry-on' 'none' keyworld only usable alone");
        return;
      }
      on.push(condition);
    } else if (RETRY_CONDITIONS.includes(condition)) {
      on.push(condition);
    } else if (RETRY_STATUSES.includes(condition) || isNew) {
      on.push(Number(condition));
    } else {
      statement.error(i, `'retry-on': unknown keyword '${condition}'`);
      return;
    }
  }
  settings.retryOn = [...new Set(on)];
};

const readMode: SettingReader = (statement, settings) => {
  const mode = statement.arg(1);
  if (statement.refuseMoreThan(1)) return;
  if (mode === "health") {
    const instead = "Please use 'http-request return status 200' instead.";
    statement.error(1, `'mode health' doesn't exist anymore. ${instead}`);
  } else if (!["http", "tcp", "log", "spop", "haterm"].includes(mode)) {
    statement.error(1, `unknown proxy mode '${mode}'.`);
  } else {
    settings.mode = mode;
    if (mode !== "http") {
      statement.note(1, "Requests are balanced here, one by one, and not connections.");
    }
  }
};

/** Statements that change how a section balances, by keyword. */
export const SETTINGS: Readonly<Record<string, SettingReader>> = {
  balance: (statement, settings) => {
    settings.balance = readBalance(statement) ?? settings.balance;
  },
  "hash-type": (statement, settings, version) => {
    settings.hashType = readHashType(statement, version) ?? settings.hashType;
  },
  "hash-balance-factor": (statement, settings) => {
    const factor = cInt(statement.arg(1));
    if (statement.arg(1) === "") {
      statement.error(0, "'hash-balance-factor' expects an integer argument.");
    } else if (factor !== 0 && factor <= 100) {
      statement.error(1, "'hash-balance-factor' must be 0 or greater than 100.");
    } else {
      if (factor > 65_535) statement.warn(1, "The nearest there is is 65535.");
      settings.hashBalanceFactor = Math.min(factor, 65_535);
    }
  },
  retries: (statement, settings) => {
    if (statement.arg(1) === "") {
      statement.error(0, "'retries' expects an integer argument (dispatch counts for one).");
    } else if (!statement.refuseMoreThan(1)) {
      const retries = cInt(statement.arg(1));
      settings.retries = Math.max(0, Math.min(100, retries));
      if (retries !== settings.retries) {
        statement.warn(1, `The nearest there is is ${settings.retries}.`);
      }
    }
  },
  maxconn: (statement, settings) => {
    if (statement.arg(1) === "") statement.error(0, "'maxconn' expects an integer argument.");
    else if (!statement.refuseMoreThan(1)) {
      settings.frontendConnections = Math.max(0, cInt(statement.arg(1)));
    }
  },
  "retry-on": readRetryOn,
  mode: readMode,
  fullconn: (statement, settings) => {
    if (statement.arg(1) === "") statement.error(0, "'fullconn' expects an integer argument.");
    else if (!statement.refuseMoreThan(1)) {
      settings.fullConnections = Math.max(0, cInt(statement.arg(1)));
    }
  },
};
