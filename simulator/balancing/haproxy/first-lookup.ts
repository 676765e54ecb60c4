import type { CallSubject } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";

/** The lookup of `balance first`: the server with the lowest id that has a free connection. */
export class FirstLookup implements Lookup {
  readonly kind = "connections";
  readonly dynamic = true;
  readonly linesUp = true;
  readonly score = "id, the lowest with a free connection wins";
  readonly #deps: LookupDeps;
  /** The servers by their ids, made of the list that they were sorted from. */
  #sorted: { readonly from: readonly HaproxyServer[]; readonly by: readonly HaproxyServer[] } = {
    from: [],
    by: [],
  };

  constructor(deps: LookupDeps) {
    this.#deps = deps;
  }

  begin(): void {
    // It looks at all servers anyway.
  }

  added(): void {
    // It looks at all servers anyway.
  }

  removed(): void {
    // It looks at all servers anyway.
  }

  reweighed(): void {
    // Weights do not matter to it.
  }

  find(_subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    const { groups, hasRoom } = this.#deps;
    if (groups.active === 0 && groups.firstBackup) {
      const server = groups.firstBackup;
      return { server, reason: () => `${server.id} is the backup in use; no other server is up.` };
    }
    let avoided: HaproxyServer | undefined;
    for (const server of this.#byNumber()) {
      if (!groups.takesPart(server) || !hasRoom(server)) continue;
      if (server !== avoid) {
        return { server, reason: () => `${server.id} is the first with a free connection.` };
      }
      avoided = server;
    }
    return { server: avoided, reason: () => "It failed here, but no other server is free." };
  }

  #byNumber(): readonly HaproxyServer[] {
    const { servers: from } = this.#deps.groups;
    if (from !== this.#sorted.from) {
      this.#sorted = { from, by: [...from].sort((a, b) => a.number - b.number) };
    }
    return this.#sorted.by;
  }

  scoreOf(server: HaproxyServer): number {
    return server.number;
  }
}
