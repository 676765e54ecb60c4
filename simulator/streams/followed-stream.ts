import type { Readable } from "node:stream";
import type { Clock } from "../kernel/clock.ts";
import { FuseboardError, messageOf } from "../kernel/errors.ts";
import type { EventLog } from "../kernel/event-log.ts";
import { pause } from "../kernel/pause.ts";
import { Scope } from "../kernel/scope.ts";
import type { StreamState } from "../protocol/model.ts";
import { withReport } from "../protocol/reduce-stream.ts";
import { Complaint } from "./complaint.ts";
import { EventReader } from "./event-reader.ts";
import { ReconnectDelay } from "./reconnect-delay.ts";
import { SILENT, type StreamAddress, type StreamConnections } from "./stream-connection.ts";
import { readEvent } from "./told.ts";
import { ToldStream } from "./told-stream.ts";

/** How often the eyes are told at most. */
const REPORT_MS = 500;
/** Read between two reports: 16 MB a second; whoever sends more has to wait. */
const READ_BYTES = 8 * 1024 * 1024;
/** So long the one who attaches waits for a first answer, before the stream is left to itself. */
const FIRST_ANSWER_MS = 3000;
const UNANSWERED = `It has not answered for ${FIRST_ANSWER_MS / 1000}s. hystrix-go does not before the first command has run.`;

export interface FollowDeps {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly connections: StreamConnections;
}

export interface FollowTarget extends Pick<StreamState, "id" | "name" | "instance"> {
  /** Where it is now; asked before each connection. Throws a FuseboardError when it is nowhere. */
  address(): StreamAddress;
}

/** One stream that Fuseboard is attached to, connecting again until its scope ends. */
export class FollowedStream {
  readonly #deps: FollowDeps;
  readonly #target: FollowTarget;
  readonly #scope = new Scope();
  readonly #told = new ToldStream();
  readonly #delay = new ReconnectDelay();
  readonly #complaint = new Complaint();
  readonly #first = Promise.withResolvers<undefined>();
  #address: StreamAddress;
  #state: StreamState;
  #format: StreamState["format"];
  /** Why it is not connected. */
  #trouble: string | undefined;
  /** Whether the log knows of it: from the first answer on. */
  #isShown = false;
  #cancelTick: (() => void) | undefined;
  #unread = READ_BYTES;
  #mayRead: (() => void) | undefined;

  /** Throws a FuseboardError when its address is unknown. */
  constructor(target: FollowTarget, deps: FollowDeps) {
    this.#deps = deps;
    this.#target = target;
    this.#address = target.address();
    const { id, name, instance } = target;
    this.#state = {
      id,
      name,
      url: this.#address.url,
      ...(instance !== undefined && { instance }),
      status: "connecting",
      since: deps.clock.now(),
      commands: {},
      pools: {},
      leftOut: 0,
    };
  }

  get state(): StreamState {
    return this.#state;
  }

  /** Resolves when it is connected, or takes its time; rejects with what is there instead. */
  get first(): Promise<undefined> {
    return this.#first.promise;
  }

  /** Follows until {@link end}, or until the first connection fails. */
  start(): void {
    const cancel = this.#deps.clock.after(FIRST_ANSWER_MS, () => {
      if (this.#isShown) return;
      this.#trouble = UNANSWERED;
      this.#show();
    });
    this.#scope.add(cancel);
    this.#scope.add(() => this.#cancelTick?.());
    void this.#follow();
  }

  async end(): Promise<void> {
    const ended = new FuseboardError("detached", `${this.#state.name} was detached.`);
    this.#first.reject(ended);
    this.#mayRead?.();
    await this.#scope.dispose();
    if (this.#isShown) this.#deps.log.append({ kind: "stream-detached", id: this.#state.id });
    this.#isShown = false;
  }

  async #follow(): Promise<void> {
    const { signal } = this.#scope;
    for (;;) {
      const error = await this.#connect().then(
        () => new FuseboardError("no-stream", `${this.#state.url} has ended the stream.`),
        (reason: unknown) => reason,
      );
      if (signal.aborted) return;
      const isSilent = error instanceof FuseboardError && error.code === SILENT;
      if (!this.#isShown && !isSilent) {
        // Before anyone hears of it: what still waits for a first answer would show it.
        await this.#scope.dispose();
        this.#first.reject(error);
        return;
      }
      this.#trouble = messageOf(error);
      if (this.#state.status === "connected") this.#change({ status: "lost" });
      this.#show();
      // Aborted: the loop ends.
      await pause(this.#deps.clock, this.#delay.next(), signal).catch(() => undefined);
    }
  }

  /** One connection; resolves when it ends by itself, rejects when it breaks off. */
  async #connect(): Promise<void> {
    const { connections } = this.#deps;
    this.#address = this.#target.address();
    const { signal } = this.#scope;
    const body = await connections.open(this.#address, signal);
    this.#told.reconnected();
    this.#trouble = undefined;
    this.#change({ url: this.#address.url, status: "connected" });
    this.#show();
    try {
      await this.#read(body);
    } catch (error) {
      throw connections.explain(this.#address.url, error);
    }
  }

  async #read(body: Readable): Promise<void> {
    const reader = new EventReader({
      event: (value) => {
        const now = this.#deps.clock.now();
        this.#delay.reset();
        const { told, format, complaint } = readEvent(value);
        this.#told.tell(told, now);
        // One host's events are as before; whoever added up several once is Turbine.
        if (format !== undefined && this.#format !== "turbine") this.#format = format;
        if (complaint !== undefined) this.#complaint.make(complaint, now);
      },
      complain: (sentence) => this.#complaint.make(sentence, this.#deps.clock.now()),
      retry: (ms) => this.#delay.asked(ms),
    });
    for await (const chunk of body as AsyncIterable<Buffer>) {
      reader.feed(chunk);
      this.#unread -= chunk.length;
      if (this.#unread <= 0) await new Promise<void>((resolve) => (this.#mayRead = resolve));
    }
  }

  /** From now on the log knows of it, and is told what changes. */
  #show(): void {
    this.#first.resolve(undefined);
    if (this.#isShown) return;
    this.#isShown = true;
    this.#change({ problem: this.#problem() });
    this.#tick();
  }

  #tick(): void {
    if (this.#scope.ended) return;
    this.#cancelTick = this.#deps.clock.after(REPORT_MS, () => this.#tick());
    this.#unread = READ_BYTES;
    this.#mayRead?.();
    this.#mayRead = undefined;
    const report = this.#told.takeReport(this.#deps.clock.now());
    if (report) {
      this.#state = withReport(this.#state, report);
      this.#deps.log.append({ kind: "stream-reported", id: this.#state.id, ...report });
    }
    const problem = this.#problem();
    if (problem !== this.#state.problem || this.#format !== this.#state.format) {
      this.#change({ problem });
    }
  }

  #problem(): string | undefined {
    return this.#trouble ?? this.#complaint.current(this.#deps.clock.now());
  }

  #change(change: Partial<Pick<StreamState, "status" | "problem" | "url">>): void {
    const since =
      change.status === undefined || change.status === this.#state.status
        ? this.#state.since
        : this.#deps.clock.now();
    this.#state = {
      ...this.#state,
      problem: this.#problem(),
      ...(this.#format && { format: this.#format }),
      ...change,
      since,
    };
    if (this.#isShown) this.#deps.log.append({ kind: "stream-changed", state: this.#state });
  }
}
