import { describe, expect, it } from "vitest";
import type { Fact, FactBatch } from "../../simulator/protocol/events.ts";
import type { Snapshot } from "../../simulator/protocol/model.ts";
import { emptySnapshot } from "../../simulator/protocol/reduce.ts";
import { State } from "../../webview/state.ts";

/** A batch of facts with the sequence numbers `from` to `to`. */
function batch(from: number, to: number): FactBatch {
  const facts = Array.from({ length: to - from + 1 }, (_, i): Fact => ({
    kind: "registry-revised",
    seq: from + i,
    at: 1000 + from + i,
    revision: from + i,
  }));
  return { from, to, facts };
}

function snapshotAt(seq: number): Snapshot {
  return {
    ...emptySnapshot("shop"),
    seq,
    phase: "running",
    registry: { kind: "embedded", address: "127.0.0.1:2379", revision: seq },
  };
}

/** A state whose questions for a snapshot are answered by the test. */
function fixture() {
  const questions: { answer(snapshot: Snapshot | null): void; fail(error: Error): void }[] = [];
  const happened: number[] = [];
  const state = new State({
    askSnapshot: () =>
      new Promise((resolve, reject) => {
        questions.push({ answer: resolve, fail: reject });
      }),
    changed: () => undefined,
    happened: (facts) => {
      happened.push(...facts.map((fact) => fact.seq));
    },
    now: () => 5000,
  });
  const seq = () => (state.connection.kind === "live" ? state.connection.snapshot.seq : undefined);
  return { state, questions, happened, seq };
}

describe("the webview's state", () => {
  it("begins with a snapshot and carries it on", async () => {
    const { state, questions, seq, happened } = fixture();
    const ready = state.refresh();
    expect(state.connection.kind).toBe("connecting");
    questions[0]?.answer(snapshotAt(10));
    await ready;
    state.apply(batch(11, 13));
    expect(seq()).toBe(13);
    expect(happened).toEqual([11, 12, 13]);
    expect(questions).toHaveLength(1);
  });

  it("asks for a snapshot after a gap, and keeps what comes meanwhile", async () => {
    const { state, questions, seq } = fixture();
    const ready = state.refresh();
    questions[0]?.answer(snapshotAt(10));
    await ready;
    state.apply(batch(15, 16));
    expect(questions).toHaveLength(2);
    expect(seq()).toBe(10);
    state.apply(batch(17, 18));
    state.apply(batch(19, 20));
    questions[1]?.answer(snapshotAt(18));
    await new Promise(setImmediate);
    expect(seq()).toBe(20);
    expect(questions).toHaveLength(2);
  });

  it("takes no notice of facts that it has already", async () => {
    const { state, questions, seq, happened } = fixture();
    const ready = state.refresh();
    questions[0]?.answer(snapshotAt(10));
    await ready;
    state.apply(batch(4, 9));
    state.apply(batch(8, 12));
    expect(seq()).toBe(12);
    expect(happened).not.toContain(4);
    expect(questions).toHaveLength(1);
  });

  it("says that there is no cluster, and sees one start from its first fact", async () => {
    const { state, questions, seq } = fixture();
    const ready = state.refresh();
    questions[0]?.answer(null);
    await ready;
    expect(state.connection).toEqual({ kind: "absent", phase: "stopped" });
    state.apply(batch(1, 2));
    expect(seq()).toBe(2);
  });

  it("says why when the extension does not answer, and recovers", async () => {
    const { state, questions, seq } = fixture();
    const ready = state.refresh();
    questions[0]?.fail(new Error("gone"));
    await ready;
    expect(state.connection).toEqual({ kind: "lost", message: "gone" });
    const again = state.refresh();
    questions[1]?.answer(snapshotAt(3));
    await again;
    expect(seq()).toBe(3);
  });

  it("lets a reset win over an answer that is still under way", async () => {
    const { state, questions } = fixture();
    const ready = state.refresh();
    state.reset(null, "failed");
    questions[0]?.answer(snapshotAt(10));
    await ready;
    expect(state.connection).toEqual({ kind: "absent", phase: "failed" });
  });

  it("tells the simulator's time, however late its facts come", async () => {
    const { state, questions } = fixture();
    const ready = state.refresh();
    questions[0]?.answer(snapshotAt(10));
    await ready;
    expect(state.now()).toBe(5000);
    state.apply(batch(11, 11));
    expect(state.now()).toBe(1011);
  });
});
