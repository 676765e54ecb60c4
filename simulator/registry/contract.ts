import type { Scope } from "../kernel/scope.ts";

/** What is registered for an instance: the JSON value of its key. */
export interface InstanceRecord {
  readonly instance: string;
  readonly service: string;
  /** Always an IP address of this machine. */
  readonly host: string;
  readonly port: number;
  readonly weight: number;
  /** Its place in the service, from 0: says which server of the cluster file it is. */
  readonly slot?: number | undefined;
  /** Absent for a program that is not ours. */
  readonly pid?: number | undefined;
}

/** A registered instance. All methods reject when the registry cannot be reached. */
export interface Registration {
  /** Decimal text of the lease's id. */
  readonly leaseId: string;
  /** The time that was granted, which may be longer than asked for. Milliseconds. */
  readonly ttlMs: number;
  /** Renews the lease; resolves with its time left in ms, or 0 when it no longer exists. */
  renew(): Promise<number>;
  /** Gives the lease back, and with it the key. Resolves also when it is gone already. */
  revoke(): Promise<void>;
}

/** What the watch of the registry tells, in the order of the revisions. */
export interface RegistryWatcher {
  /** A record came or changed. */
  put(record: InstanceRecord, revision: number): void;
  /** A record went: revoked, or its lease ran out. */
  deleted(service: string, instance: string, revision: number): void;
  /** The newest revision that was heard of; also for changes of other keys. */
  revised(revision: number): void;
  /** A value under the instances' prefix is no record, so there is no such instance: a sentence
   * that names the key. The watch goes on. */
  ignored?(message: string, revision: number): void;
  /** The watch broke and could not be taken up again. */
  failed(error: Error): void;
}

/**
 * A registry with leases. The keys are `/fuseboard/services/<service>/<instance>`.
 * `open` is called once by the cluster, before anything else.
 */
export interface Registry {
  readonly kind: string;
  /** `host:port` that any client of its kind may be pointed at. */
  readonly address: string;
  register(record: InstanceRecord, ttlMs: number): Promise<Registration>;
  /** Tells of all records there are, then of every change, until the scope ends. Resolves when
   * the first state has been told. */
  watch(watcher: RegistryWatcher, scope: Scope): Promise<void>;
}

/** One kind of registry; an entry of `registry/index.ts`. */
export interface RegistryKind {
  readonly kind: string;
  /** Starts or joins it; what it starts ends with the scope. Rejects with a FuseboardError. */
  open(options: { readonly port: number }, scope: Scope): Promise<Registry>;
}
