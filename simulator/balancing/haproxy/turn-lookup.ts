import type { CallSubject } from "../contract.ts";
import type { HaproxyServer } from "./haproxy-server.ts";
import type { Finding, Lookup, LookupDeps } from "./lookup.ts";
import { TurnTree, type Turn } from "./turn-tree.ts";

/** The lookup of `balance roundrobin`: active servers and backups go round on their own. */
export class TurnLookup implements Lookup {
  readonly kind = "turns";
  readonly dynamic = true;
  readonly linesUp = true;
  readonly score = "positions until its turn, lowest wins";
  readonly column = {
    title: "turns until due",
    explanation: "Positions of the round until the server's turn; below 1, it is next.",
  };
  readonly #deps: LookupDeps;
  readonly #turns = new Map<HaproxyServer, Turn>();
  readonly #active = new TurnTree();
  readonly #backup = new TurnTree();

  constructor(deps: LookupDeps) {
    this.#deps = deps;
  }

  begin(servers: readonly HaproxyServer[]): void {
    for (const backup of [false, true]) {
      const turns = servers
        .filter((server) => server.usable && server.isBackup === backup)
        .map((server) => this.#turnOf(server));
      this.#treeOf(backup).begin(turns, this.#deps.groups.weightOf(backup));
    }
  }

  added(server: HaproxyServer): void {
    const { isBackup } = server;
    this.#treeOf(isBackup).add(this.#turnOf(server), this.#deps.groups.weightOf(isBackup));
  }

  removed(server: HaproxyServer): void {
    const { isBackup } = server;
    this.#treeOf(isBackup).remove(this.#turnOf(server), this.#deps.groups.weightOf(isBackup));
  }

  reweighed(server: HaproxyServer): void {
    const { isBackup } = server;
    this.#treeOf(isBackup).reweigh(this.#turnOf(server), this.#deps.groups.weightOf(isBackup));
  }

  find(_subject: CallSubject, avoid: HaproxyServer | undefined): Finding {
    const { groups, hasRoom } = this.#deps;
    if (groups.active === 0 && groups.firstBackup) {
      const server = groups.firstBackup;
      return { server, reason: () => `${server.id} is the backup in use; no other server is up.` };
    }
    const turn = this.#treeOf(groups.active === 0).next(hasRoom, avoid);
    const reason = () => `It was ${turn?.server.id ?? ""}'s turn.`;
    return { server: turn?.server, reason, winnerScore: turn?.waited };
  }

  scoreOf(server: HaproxyServer): number | undefined {
    const turn = this.#turns.get(server);
    return turn && this.#treeOf(server.isBackup).until(turn);
  }

  #treeOf(backup: boolean): TurnTree {
    return backup ? this.#backup : this.#active;
  }

  #turnOf(server: HaproxyServer): Turn {
    let turn = this.#turns.get(server);
    if (!turn) {
      turn = {
        server,
        tree: undefined,
        due: 0,
        last: 0,
        remainder: 0,
        waited: undefined,
        key: 0,
        since: 0,
        index: -1,
      };
      this.#turns.set(server, turn);
    }
    return turn;
  }
}
