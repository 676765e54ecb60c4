import { proposal } from "./nearest-word.ts";
import { cInt } from "./numbers.ts";
import type { Proxy, ServerSettings } from "./proxy.ts";
import { isThisMachine, readServerAddress, type ServerAddress } from "./server-address.ts";
import {
  NOT_IN_DEFAULT_SERVER,
  PROPOSED_VALUES,
  serverParameterNames,
  type ParameterName,
} from "./server-parameter-names.ts";
import { PARAMETERS, type ParameterContext } from "./server-parameters.ts";
import type { Statement } from "./statement.ts";
import { PARAMETERS_WITHOUT_EQUIVALENT } from "./without-equivalent.ts";

/** More than a service can have; a template may ask for a billion. */
const MOST_SERVERS = 1000;
const NOT_IN_NAMES = /[^A-Za-z0-9_:.-]/;

/** Reads `server`, `server-template` or `default-server`. */
export function readServer(statement: Statement, proxy: Proxy, version: string | undefined): void {
  const { keyword } = statement;
  if (proxy.kind === "frontend") {
    const why = `not allowed because frontend '${proxy.name}' has no backend capability.`;
    statement.error(0, `'${keyword}' ${why}`);
  } else if (keyword === "default-server") {
    const given = { ...proxy.settings.defaultServer };
    const { mode } = proxy.settings;
    const ownerOf = () => undefined;
    const context = { server: "default-server", prefix: "", mode, version, ownerOf };
    if (readParameters(statement, 1, given, context)) proxy.settings.defaultServer = given;
  } else if (keyword === "server") {
    readOne(statement, proxy, version);
  } else {
    readTemplate(statement, proxy, version);
  }
}

function readOne(statement: Statement, proxy: Proxy, version: string | undefined): void {
  const name = statement.arg(1);
  if (statement.arg(2) === "") {
    statement.error(0, "'server' expects <name> and <addr>[:<port>] as arguments.");
    return;
  }
  const forbidden = name === "" ? "" : NOT_IN_NAMES.exec(name)?.[0];
  if (forbidden !== undefined) {
    statement.error(1, `character '${forbidden}' is not permitted in server name '${name}'.`);
    return;
  }
  addServers(statement, proxy, version, { named: name, names: [name], addressAt: 2 });
}

function readTemplate(statement: Statement, proxy: Proxy, version: string | undefined): void {
  const [prefix, range] = [statement.arg(1), statement.arg(2)];
  if (statement.arg(3) === "") {
    const expected = "<prefix> <nb | range> <addr>[:<port>] as arguments.";
    statement.error(0, `'server-template' expects ${expected}`);
    return;
  }
  const forbidden = NOT_IN_NAMES.exec(prefix)?.[0];
  if (forbidden !== undefined) {
    const where = `is not permitted in server-template prefix '${prefix}'.`;
    statement.error(1, `character '${forbidden}' ${where}`);
    return;
  }
  const [first, last] = rangeOf(range);
  if (first < 0 || last < first || last === 0) {
    statement.error(2, `Wrong server-template number or range arg '${range}'.`);
    return;
  }
  const length = Math.min(last - first + 1, MOST_SERVERS);
  const names = Array.from({ length }, (_, i) => `${prefix}${first + i}`);
  addServers(statement, proxy, version, { named: "(null)", names, addressAt: 3 });
}

/** `3` is 1 to 3, `2-4` is itself. */
function rangeOf(text: string): readonly [number, number] {
  const dash = text.indexOf("-");
  if (dash < 0) return [1, cInt(text)];
  if (dash === 0) return [-1, -1];
  return [cInt(text.slice(0, dash)), cInt(text.slice(dash + 1))];
}

interface Servers {
  /** Their name in HAProxy's messages. */
  readonly named: string;
  readonly names: readonly string[];
  readonly addressAt: number;
}

function addServers(
  statement: Statement,
  proxy: Proxy,
  version: string | undefined,
  { named, names, addressAt }: Servers,
): void {
  const text = statement.arg(addressAt);
  const prefix = `'server ${proxy.name}/${named}' : `;
  const address = addressOf(statement, text);
  if ("error" in address) {
    statement.error(addressAt, `${prefix}${address.error}`);
    return;
  }
  const settings = { ...proxy.settings.defaultServer };
  const ownerOf = (id: number) => {
    const owner = proxy.servers.find((server) => server.id === id);
    return owner && `${statement.file}:${owner.line} ('server ${owner.name}')`;
  };
  const context = { server: named, prefix, mode: proxy.settings.mode, version, ownerOf };
  if (!readParameters(statement, addressAt + 1, settings, context)) return;
  if (settings.agentCheck && settings.agentPort === 0) {
    const why = `server ${names[0] ?? named} does not have agent port.`;
    statement.error(0, `${prefix}${why} Agent check has been disabled.`);
    return;
  }
  noteAddress(statement, addressAt, address);
  const hasPort = address.port > 0 || address.isSpecial;
  const { line, column, endColumn = column } = { ...statement.place(0), line: statement.line };
  for (const name of names) {
    proxy.servers.push({ ...settings, name, address: text, hasPort, line, column, endColumn });
  }
}

/** The address; what nobody can know yet is none of this machine's. */
function addressOf(statement: Statement, text: string): ReturnType<typeof readServerAddress> {
  const address = readServerAddress(text);
  if (!("error" in address) || statement.isCertain) return address;
  return { host: text, port: 0, isSpecial: true };
}

function noteAddress(statement: Statement, index: number, address: ServerAddress): void {
  if (address.isSpecial || (isThisMachine(address.host) && address.port === 0)) {
    const nearest = "The nearest there is is a synthetic instance of that name.";
    statement.warn(
      index,
      `Only addresses with a TCP port of their own are called here. ${nearest}`,
    );
  }
}

interface LineContext extends ParameterContext {
  /** What HAProxy begins its messages with. */
  readonly prefix: string;
}

/** Reads parameters up to the first that is wrong; whether there was none. */
function readParameters(
  statement: Statement,
  from: number,
  settings: ServerSettings,
  context: LineContext,
): boolean {
  const names = serverParameterNames(context.version);
  const isDefault = statement.keyword === "default-server";
  for (let i = from; statement.arg(i) !== ""; i++) {
    const name = statement.arg(i);
    const known = names.get(name);
    if (!known) {
      const hint = isDefault ? " Hint: no address was expected for this server." : "";
      const near = proposal(name, [...names.keys(), ...PROPOSED_VALUES], ".");
      const what = `unknown keyword '${name}'${near}${hint}`;
      statement.error(i, `${context.prefix}${what}`);
      return false;
    }
    if (isDefault && NOT_IN_DEFAULT_SERVER.has(name)) {
      statement.warn(i, `'${name}' option is not accepted in default-server sections`);
    } else {
      const complaint = readParameter(statement, i, known, settings, context);
      if (typeof complaint === "string") {
        statement.error(i, `${context.prefix}${complaint}`);
        return false;
      }
      if (complaint) statement.warn(i, `${context.prefix}${complaint.alert}`);
    }
    i += wordsBehind(statement, i, known);
  }
  return true;
}

function readParameter(
  statement: Statement,
  index: number,
  { takesValue, missing }: ParameterName,
  settings: ServerSettings,
  context: LineContext,
): string | { readonly alert: string } | undefined {
  const [name, value] = [statement.arg(index), statement.arg(index + 1)];
  if (takesValue && value === "" && missing !== undefined) return missing;
  if (name === "usesrc") return "'usesrc' only allowed after a 'source' statement..";
  const without = PARAMETERS_WITHOUT_EQUIVALENT[name];
  if (without !== undefined) statement.warn(index, without);
  return PARAMETERS[name]?.(value, settings, context);
}

/** How many words belong to a parameter. */
function wordsBehind(statement: Statement, index: number, { takesValue }: ParameterName): number {
  let count = takesValue ? 1 : 0;
  if (statement.arg(index) !== "source") return count;
  while (["usesrc", "interface"].includes(statement.arg(index + count + 1))) count += 2;
  return count;
}
