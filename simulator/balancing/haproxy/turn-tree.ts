import type { HaproxyServer } from "./haproxy-server.ts";
import { OrderHeap, type Placed } from "./order-heap.ts";

/** The largest effective weight: 256 × 16. */
const LARGEST_WEIGHT = 4096;

/** A server's place in the rounds. */
export interface Turn extends Placed {
  readonly server: HaproxyServer;
  /** Where it stands; undefined while its server is not usable. */
  tree: OrderHeap<Turn> | undefined;
  /** The position at which it is due, and at which it was. */
  due: number;
  last: number;
  /** What divisions left over. */
  remainder: number;
  /** Positions that it still had to wait when it won last. */
  waited: number | undefined;
}

/**
 * The rounds of one group in HAProxy's `roundrobin` (`fwrr`). A round has as many positions as the
 * weights sum up to. Servers in `current` are due at a position; those in `first` have not had
 * a turn in this round and fill its gaps, the heaviest first; those in `later` are out of it until
 * the next one.
 */
export class TurnTree {
  #first = new OrderHeap<Turn>();
  #later = new OrderHeap<Turn>();
  readonly #current = new OrderHeap<Turn>();
  #weight = 0;
  #nextWeight = 0;
  #position = 0;

  begin(turns: readonly Turn[], weight: number): void {
    [this.#weight, this.#nextWeight, this.#position] = [weight, weight, weight];
    for (const turn of turns) this.#putByWeight(turn, this.#first);
  }

  add(turn: Turn, weight: number): void {
    this.#nextWeight = weight;
    this.#settleDue(turn);
    turn.due = this.#afterRound(turn);
    this.#put(turn);
  }

  remove(turn: Turn, weight: number): void {
    this.#nextWeight = weight;
    this.#take(turn);
    turn.tree = undefined;
  }

  reweigh(turn: Turn, weight: number): void {
    this.#nextWeight = weight;
    if (turn.tree === this.#first) {
      this.#take(turn);
      this.#putByWeight(turn, this.#first);
      return;
    }
    this.#settleDue(turn);
    const before = turn.due;
    const step = Math.trunc(weight / turn.server.effective);
    turn.remainder = 0;
    turn.due = Math.min(turn.last + step, before);
    if (turn.due < this.#position + 2) turn.due = this.#position + step;
    this.#take(turn);
    this.#put(turn);
  }

  /**
   * Takes the next turn whose server has room and is not `avoid`; `avoid` when there is no other.
   */
  next(hasRoom: (server: HaproxyServer) => boolean, avoid?: HaproxyServer): Turn | undefined {
    const passed: Turn[] = [];
    let avoided: Turn | undefined;
    let swapped = false;
    let chosen: Turn | undefined;
    for (;;) {
      if (this.#weight === 0) this.#position = this.#weight = this.#nextWeight;
      const turn = this.#due();
      if (!turn) {
        if (!swapped) {
          swapped = true;
          this.#swap();
          continue;
        }
        chosen = avoided;
        break;
      }
      turn.waited = this.until(turn);
      this.#move(turn);
      this.#take(turn);
      this.#position++;
      if (hasRoom(turn.server)) {
        if (turn.server !== avoid) {
          chosen = turn;
          break;
        }
        avoided = turn;
      }
      passed.push(turn);
    }
    if (chosen) this.#put(chosen);
    for (const turn of passed.reverse()) {
      if (turn === chosen) continue;
      if (swapped) this.#putByWeight(turn, this.#first);
      else this.#put(turn);
    }
    return chosen;
  }

  /** Positions until its turn; 0 and less is due now. */
  until(turn: Turn): number | undefined {
    if (turn.tree === this.#current) return turn.due - this.#position;
    if (turn.tree === this.#later) return turn.due + this.#weight - this.#position;
    // Those without a turn fill the first gap that there is, in front of those due later.
    if (turn.tree) return (LARGEST_WEIGHT + 1 - turn.server.effective) / (LARGEST_WEIGHT + 2);
    return undefined;
  }

  #due(): Turn | undefined {
    const current = this.#current.first;
    if (current && current.due <= this.#position) return current;
    const unused = this.#first.first;
    if (!unused) return current;
    [unused.due, unused.remainder] = [0, 0];
    return unused;
  }

  /** Moves a turn on by a round's share of its weight. */
  #move(turn: Turn): void {
    const { effective } = turn.server;
    if (turn.due === 0) turn.due = this.#position;
    turn.last = turn.due;
    turn.due += Math.trunc(this.#nextWeight / effective);
    turn.remainder += this.#nextWeight % effective;
    if (turn.remainder < effective) return;
    turn.remainder -= effective;
    turn.due++;
  }

  /** Reckons where a turn is due from the tree that it is in. */
  #settleDue(turn: Turn): void {
    if (turn.tree === this.#first) [turn.due, turn.remainder] = [0, 0];
    else if (turn.tree === this.#later) turn.due += this.#weight;
    else if (turn.tree === undefined) turn.due = this.#position;
  }

  /** Where one that comes in is due. HAProxy divides unsigned, so less than none is very late. */
  #afterRound(turn: Turn): number {
    const left = (this.#nextWeight + this.#weight - this.#position) >>> 0;
    return (this.#position + Math.trunc(left / turn.server.effective)) | 0;
  }

  #put(turn: Turn): void {
    const { due, remainder, server } = turn;
    if (due >= 2 * this.#weight || due >= this.#weight + this.#nextWeight) {
      turn.due -= this.#weight;
      this.#putByWeight(turn, this.#later);
      return;
    }
    turn.tree = this.#current;
    const late = Math.trunc((LARGEST_WEIGHT + remainder - server.effective) / 16);
    this.#current.insert(turn, 256 * due + late);
  }

  #putByWeight(turn: Turn, tree: OrderHeap<Turn>): void {
    turn.tree = tree;
    tree.insert(turn, LARGEST_WEIGHT - turn.server.effective);
  }

  #take(turn: Turn): void {
    if (turn.index >= 0) turn.tree?.remove(turn);
  }

  /** A new round: who was out of the last one fills the gaps of this one. */
  #swap(): void {
    [this.#first, this.#later] = [this.#later, this.#first];
    this.#weight = this.#nextWeight;
    this.#position = this.#weight;
  }
}
