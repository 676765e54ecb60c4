import type { HaproxyServer } from "./haproxy-server.ts";

/** Which servers take part: the active ones, or when there are none, one backup or all of them. */
export class ServerGroups {
  readonly #allBackups: boolean;
  /** All servers, in the order of their numbers. */
  servers: readonly HaproxyServer[] = [];
  /** Usable servers that are no backups. */
  active = 0;
  /** Usable backups. */
  backups = 0;
  /** The one backup that would get all calls; undefined with `option allbackups`. */
  firstBackup: HaproxyServer | undefined;
  #activeWeight = 0;
  #backupWeight = 0;

  constructor(allBackups: boolean) {
    this.#allBackups = allBackups;
  }

  /** Sum of the weights of those that take part. */
  get weight(): number {
    if (this.active > 0) return this.#activeWeight;
    return this.firstBackup ? this.firstBackup.effective : this.#backupWeight;
  }

  /** How many take part. */
  get used(): number {
    if (this.active > 0) return this.active;
    return this.firstBackup ? 1 : this.backups;
  }

  /** Sum of the weights of one group. */
  weightOf(backup: boolean): number {
    return backup ? this.#backupWeight : this.#activeWeight;
  }

  /** Whether a usable server takes part now. */
  takesPart(server: HaproxyServer): boolean {
    if (!server.usable) return false;
    if (!server.isBackup) return true;
    return this.active === 0 && (this.#allBackups || server === this.firstBackup);
  }

  /** Counts anew; `servers` are in the order of their numbers. */
  count(servers: readonly HaproxyServer[]): void {
    this.servers = servers;
    [this.active, this.backups, this.#activeWeight, this.#backupWeight] = [0, 0, 0, 0];
    for (const server of servers) if (server.usable) this.#add(server, 1, server.effective);
    this.#findFirstBackup();
  }

  /** A server's weight or usability is other than it was. */
  changed(server: HaproxyServer, before: { usable: boolean; effective: number }): void {
    if (before.usable) this.#add(server, -1, -before.effective);
    if (server.usable) this.#add(server, 1, server.effective);
    if (server.isBackup) this.#findFirstBackup();
  }

  #add(server: HaproxyServer, count: number, weight: number): void {
    if (server.isBackup) {
      this.backups += count;
      this.#backupWeight += weight;
    } else {
      this.active += count;
      this.#activeWeight += weight;
    }
  }

  #findFirstBackup(): void {
    this.firstBackup = this.#allBackups
      ? undefined
      : this.servers.find((server) => server.usable && server.isBackup);
  }
}
