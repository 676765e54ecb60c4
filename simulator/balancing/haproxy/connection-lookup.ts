import type { CallSubject } from "../contract.ts";
import { ConnectionTree, keyOf } from "./connection-tree.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { hasRelease } from "../../kernel/release.ts";

/** The lookup of `balance leastconn`. */
export class ConnectionLookup implements Lookup {
  readonly kind = "connections";
  readonly dynamic = true;
  readonly linesUp = false;
  readonly score = "in flight for the weight, this call included, lowest wins";
  readonly #deps: LookupDeps;
  readonly #active: ConnectionTree;
  readonly #backup: ConnectionTree;

  constructor(deps: LookupDeps) {
    this.#deps = deps;
    const lists = hasRelease(deps.spec.version, "3.2") ? 4 : 1;
    this.#active = new ConnectionTree(deps.random, lists);
    this.#backup = new ConnectionTree(deps.random, lists);
  }

  begin(servers: readonly HaproxyServer[]): void {
    for (const server of servers) if (server.usable) this.#treeOf(server).add(server);
  }

  added(server: HaproxyServer): void {
    this.#treeOf(server).add(server);
  }

  removed(server: HaproxyServer): void {
    this.#treeOf(server).remove(server);
  }

  reweighed(server: HaproxyServer): void {
    const tree = this.#treeOf(server);
    tree.remove(server);
    tree.add(server);
  }

  loadChanged(server: HaproxyServer): void {
    this.#treeOf(server).reposition(server);
  }

  find(_subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    const { groups, hasPlace } = this.#deps;
    if (groups.active === 0 && groups.firstBackup) {
      const server = groups.firstBackup;
      return { server, reason: () => `${server.id} is the backup in use; no other server is up.` };
    }
    const tree = groups.active > 0 ? this.#active : this.#backup;
    let avoided: HaproxyServer | undefined;
    for (const server of tree.inOrder()) {
      if (!hasPlace(server)) continue;
      if (server !== avoid) return { server, reason: () => reasonOf(server) };
      avoided = server;
    }
    return { server: avoided, reason: () => "It failed here, but no other server is free." };
  }

  scoreOf(server: HaproxyServer): number | undefined {
    return server.usable ? keyOf(server) / 256 : undefined;
  }

  #treeOf(server: HaproxyServer): ConnectionTree {
    return server.isBackup ? this.#backup : this.#active;
  }
}

function reasonOf(server: HaproxyServer): string {
  const { served, id, member } = server;
  if (served === 0) return `${id} is idle, and it was its turn among the idle ones.`;
  return `${id} has the fewest for its weight: ${served} in flight at weight ${member.weight}.`;
}
