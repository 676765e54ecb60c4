import { inherit, initialSettings, nounOf, type Proxy, type ProxyKind } from "./proxy.ts";
import type { Statement } from "./statement.ts";

const NOT_IN_NAMES = /[^A-Za-z0-9_:.-]/;

interface Defaults {
  readonly proxy: Proxy;
  /** How it was referred to: by its name, or by those that came after it. */
  isNamed: boolean;
  isImplied: boolean;
}

/** The sections that balance, and what they inherit. */
export class Sections {
  readonly #file: string;
  readonly proxies: Proxy[] = [];
  readonly #defaults: Defaults[] = [];
  /** The first of a name, each with `listen` sections too. */
  readonly #frontends = new Map<string, Proxy>();
  readonly #backends = new Map<string, Proxy>();

  constructor(file: string) {
    this.#file = file;
  }

  /** Begins a section, or says that HAProxy leaves it out, or reads no further. */
  begin(statement: Statement, kind: ProxyKind): Proxy | "left-out" | "stop" {
    return kind === "defaults" ? this.#beginDefaults(statement) : this.#beginProxy(statement, kind);
  }

  #beginProxy(
    statement: Statement,
    kind: Exclude<ProxyKind, "defaults">,
  ): Proxy | "left-out" | "stop" {
    const name = statement.arg(1);
    if (name === "") {
      statement.error(0, `'${kind}' expects an <id> argument`);
      return "stop";
    }
    const forbidden = NOT_IN_NAMES.exec(name)?.[0];
    if (forbidden !== undefined) {
      const what = `character '${forbidden}' is not permitted in '${kind}' name '${name}'.`;
      statement.error(1, what);
    }
    this.#refuseSameName(statement, kind, name);
    const isOdd =
      statement.arg(2) !== "" && (statement.arg(2) !== "from" || statement.arg(3) === "");
    if (isOdd || statement.refuseMoreThan(3)) {
      const why = "please use the 'bind' keyword for listening addresses.";
      if (kind === "backend") statement.warn(2, "HAProxy leaves this section out.");
      else if (isOdd) statement.warn(2, why);
      else statement.error(2, why);
      return "left-out";
    }
    const from = this.#parentOf(statement, 2, kind, name);
    return from ? this.#add(statement, kind, name, from) : "stop";
  }

  #beginDefaults(statement: Statement): Proxy | "stop" {
    const isNameless =
      statement.arg(1) === "from" && statement.arg(2) !== "" && statement.arg(3) === "";
    const name = isNameless ? "" : statement.arg(1);
    const at = isNameless ? 1 : 2;
    const isChild = statement.arg(at) === "from";
    const from = isChild
      ? this.#parentOf(statement, at, "defaults", name)
      : { settings: initialSettings(), balanceLine: undefined };
    return from ? this.#add(statement, "defaults", name, from) : "stop";
  }

  #add(
    statement: Statement,
    kind: ProxyKind,
    name: string,
    from: Pick<Proxy, "settings" | "balanceLine">,
  ): Proxy {
    const settings = inherit(from.settings);
    const { line } = statement;
    const { balanceLine } = from;
    const proxy: Proxy = {
      kind,
      name,
      line,
      endLine: line,
      settings,
      servers: [],
      routes: [],
      balanceLine,
    };
    if (kind === "defaults") this.#defaults.push({ proxy, isNamed: false, isImplied: false });
    else this.#index(proxy);
    return proxy;
  }

  #index(proxy: Proxy): void {
    this.proxies.push(proxy);
    const { kind, name } = proxy;
    if (kind !== "backend" && !this.#frontends.has(name)) this.#frontends.set(name, proxy);
    if (kind !== "frontend" && !this.#backends.has(name)) this.#backends.set(name, proxy);
  }

  /** Where a section inherits from; undefined when HAProxy reads no further. */
  #parentOf(
    statement: Statement,
    at: number,
    kind: ProxyKind,
    name: string,
  ): Pick<Proxy, "settings" | "balanceLine"> | undefined {
    const last = this.#defaults.at(-1);
    const byName = statement.arg(at) === "from" && statement.arg(at + 1) !== "";
    if (!byName) {
      if (!last) return { settings: initialSettings(), balanceLine: undefined };
      last.isImplied = true;
      this.#warnOfBothUses(statement, last);
      return last.proxy;
    }
    const wanted = statement.arg(at + 1);
    const [found, ...others] = this.#defaults.filter(({ proxy }) => proxy.name === wanted);
    const who = `${nounOf(kind)} '${name}'`;
    if (!found) {
      statement.error(at + 1, `defaults section '${wanted}' not found for ${who}.`);
      return undefined;
    }
    const second = others[0];
    const where = (defaults: Defaults) => `${this.#file}:${defaults.proxy.line}`;
    if (second) {
      const what = `ambiguous defaults section name '${wanted}' referenced by ${who}`;
      statement.error(at + 1, `${what} exists at least at ${where(found)} and ${where(second)}.`);
    }
    const forbidden = NOT_IN_NAMES.exec(wanted)?.[0];
    if (forbidden !== undefined) {
      const what = `character '${forbidden}' is not permitted in defaults section name '${wanted}'`;
      const how = `when designated by its name (section found at ${where(found)}).`;
      statement.error(at + 1, `${what} ${how}`);
    }
    found.isNamed = true;
    this.#warnOfBothUses(statement, found);
    return found.proxy;
  }

  #warnOfBothUses(statement: Statement, { proxy, isNamed, isImplied }: Defaults): void {
    if (!isNamed || !isImplied) return;
    const what = `defaults section '${proxy.name}' (declared at ${this.#file}:${proxy.line}) is explicitly referenced by another proxy and implicitly used here.`;
    const advice =
      "To avoid any ambiguity don't mix both usage. Add a last defaults section not explicitly used or always use explicit references.";
    statement.warn(0, `${what} ${advice}`);
  }

  #refuseSameName(statement: Statement, kind: ProxyKind, name: string): void {
    const other = (kind === "backend" ? this.#backends : this.#frontends).get(name);
    if (!other) return;
    const where = `declared at ${this.#file}:${other.line}.`;
    const who = `${nounOf(kind)} '${name}'`;
    statement.error(1, `${who} has the same name as ${nounOf(other.kind)} '${name}' ${where}`);
  }
}
