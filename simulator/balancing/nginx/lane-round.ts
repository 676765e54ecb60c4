import { Lane } from "./lane.ts";
import type { Peer } from "./peer.ts";
import { grow, type Round } from "./round.ts";

/**
 * The same turns as `PlainRound`'s, to the last one, without looking at everybody. Peers of equal
 * effective weight stand in a lane whose growth is counted in turns, so only the lanes' tops are
 * compared; who is growing back to its weight is looked at one by one.
 */
export class LaneRound implements Round {
  total = 0;
  #turns = 0;
  /** Sum of the effective weights in the lanes. */
  #sum = 0;
  readonly #lanes = new Map<number, Lane>();
  readonly #recovering = new Set<Peer>();
  /** Failed: usable again when their time has passed. */
  readonly #failed = new Set<Peer>();
  #now = 0;
  #peers: readonly Peer[] = [];

  begin(peers: readonly Peer[], now: number): void {
    for (const peer of this.#peers) this.leave(peer);
    this.#peers = peers;
    for (const peer of peers) this.enter(peer, now);
  }

  take(tried: ReadonlySet<Peer>, now: number): Peer | undefined {
    if (now !== this.#now) this.#wake(now);
    const away = tried.size > 0 ? this.#withdraw(tried) : undefined;
    const turns = ++this.#turns;
    let total = this.#sum;
    let best: Peer | undefined;
    let greatest = -Infinity;
    for (const { top, effective } of this.#lanes.values()) {
      if (!top) continue;
      const current = top.current + effective * turns;
      if (current > greatest || (current === greatest && best && top.index < best.index)) {
        [best, greatest] = [top, current];
      }
    }
    for (const peer of this.#recovering) {
      total += peer.effective;
      grow(peer);
      const { current } = peer;
      if (current > greatest || (current === greatest && best && peer.index < best.index)) {
        [best, greatest] = [peer, current];
      }
    }
    this.total = total;
    if (best) {
      best.current -= total;
      best.lane?.paid(best);
    }
    for (const peer of this.#recovering) if (peer.effective >= peer.weight) this.#promote(peer);
    if (away) for (const peer of away) this.enter(peer, now);
    return best;
  }

  leave(peer: Peer): void {
    const { lane } = peer;
    if (!lane) {
      this.#recovering.delete(peer);
      this.#failed.delete(peer);
      return;
    }
    peer.current = this.currentOf(peer);
    this.#sum -= lane.effective;
    lane.remove(peer);
    if (!lane.top) this.#lanes.delete(lane.effective);
  }

  enter(peer: Peer, now: number): void {
    if (peer.down !== undefined || peer.isFull()) return;
    if (peer.isFailed(now)) this.#failed.add(peer);
    else if (peer.effective < peer.weight) this.#recovering.add(peer);
    else this.#join(peer);
  }

  currentOf(peer: Peer): number {
    const { lane, current } = peer;
    return lane ? current + lane.effective * this.#turns : current;
  }

  #join(peer: Peer): void {
    const { effective } = peer;
    let lane = this.#lanes.get(effective);
    if (!lane) this.#lanes.set(effective, (lane = new Lane(effective)));
    peer.current -= effective * this.#turns;
    this.#sum += effective;
    lane.add(peer);
  }

  #promote(peer: Peer): void {
    this.#recovering.delete(peer);
    this.#join(peer);
  }

  /** A new second: whoever has been out long enough takes part again. */
  #wake(now: number): void {
    this.#now = now;
    for (const peer of this.#failed) {
      if (peer.isFailed(now)) continue;
      this.#failed.delete(peer);
      this.enter(peer, now);
    }
  }

  /** Takes those out that this call has tried; they are back after the turn. */
  #withdraw(tried: ReadonlySet<Peer>): Peer[] {
    const away: Peer[] = [];
    for (const peer of tried) {
      if (peer.list.round !== this || (!peer.lane && !this.#recovering.has(peer))) continue;
      this.leave(peer);
      away.push(peer);
    }
    return away;
  }
}
