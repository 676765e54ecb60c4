import { FAULTS, type FaultKindId } from "./fault-model.ts";

/** One option of a fault in a form: its name in `FaultSpec`, and how it is asked for. */
export interface FaultField {
  readonly name: "latency" | "status" | "script" | "bytesPerSecond" | "bytes" | "everyMs";
  readonly label: string;
  readonly initial: string;
}

/** How a fault is called and asked for, in palette, tree and panel alike. */
export interface FaultTitle {
  readonly label: string;
  /** What it does, in a few words. */
  readonly detail: string;
  readonly fields: readonly FaultField[];
}

/** Titles by kind, in the order in which they are offered. */
export const FAULT_TITLES: Readonly<Record<FaultKindId, FaultTitle>> = {
  latency: {
    label: "Add latency",
    detail: "Every answer comes later",
    fields: [
      {
        name: "latency",
        label: "Latency: 200ms, normal 200ms 50ms, log-normal 200ms 0.5 or pareto 100ms 1.5",
        initial: "200ms",
      },
    ],
  },
  status: {
    label: "Answer with a status",
    detail: "Calls fail and do not reach the function",
    fields: [{ name: "status", label: "Status", initial: "503" }],
  },
  script: {
    label: "Play a script of outcomes",
    detail: "Such as: fail the first two, then succeed",
    fields: [{ name: "script", label: "Outcomes", initial: "2 × 503, 1 × timeout, ok" }],
  },
  "refuse-connections": {
    label: "Refuse connections",
    detail: "As if nobody listened",
    fields: [],
  },
  reset: { label: "Reset connections", detail: "Broken off once the call was sent", fields: [] },
  "no-answer": { label: "Never answer", detail: "Accepts, and stays silent", fields: [] },
  "abort-before-head": {
    label: "Break off before the head",
    detail: "The function runs, its answer is lost",
    fields: [],
  },
  "abort-after-head": {
    label: "Break off after the head",
    detail: "Status and headers come, the body does not",
    fields: [],
  },
  "slow-body": {
    label: "Slow body",
    detail: "The answer's body comes slowly",
    fields: [{ name: "bytesPerSecond", label: "Bytes per second", initial: "1024" }],
  },
  "truncated-body": {
    label: "Truncate the body",
    detail: "It ends too early",
    fields: [{ name: "bytes", label: "Bytes that pass", initial: "10" }],
  },
  partition: {
    label: "Partition",
    detail: "The two do not reach each other",
    fields: [],
  },
  kill: { label: "Kill", detail: "SIGKILL; its lease runs out by itself", fields: [] },
  freeze: { label: "Freeze", detail: "SIGSTOP until it is taken back", fields: [] },
  restart: { label: "Restart", detail: "A graceful stop, then a start", fields: [] },
  "crash-loop": {
    label: "Crash loop",
    detail: "It crashes some time after each start",
    fields: [{ name: "everyMs", label: "Milliseconds that it runs each time", initial: "2000" }],
  },
  "lose-lease": {
    label: "Lose the lease",
    detail: "The registry forgets it although it runs",
    fields: [],
  },
};

/** The kinds that can work on an edge, between two services. */
export const EDGE_FAULTS: readonly FaultKindId[] = FAULTS.slice(0, FAULTS.indexOf("kill"));
