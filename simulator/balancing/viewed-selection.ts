import type {
  AttemptEnd,
  Balancer,
  Beginning,
  CallSubject,
  Member,
  Pick,
  PickAsk,
  QueuePlace,
  Redispatch,
  Selection,
} from "./contract.ts";

/** What a call's picks need of the view. */
export interface View {
  /** The balancer of this moment. */
  balancer(): Balancer;
  /** An attempt goes to a member. */
  taken(member: Member): void;
  /** An attempt at a member is over. */
  released(member: Member): void;
  /** Whether a debugger holds an instance: that it fails does not count against it. */
  isDebugged(instance: string): boolean;
}

/**
 * The picks of one call through a view: each is counted as in flight until it is ended, and when
 * the algorithm changes meanwhile, the next pick is the new one's.
 */
export class ViewedSelection implements Selection {
  readonly #view: View;
  readonly #subject: CallSubject;
  readonly #beginning: Beginning;
  /** Picked so far. */
  readonly #tried: string[] = [];
  #balancer: Balancer;
  #inner: Selection;
  /** Who picked last. */
  #picker: Selection;
  /** The picks that have not ended, of attempts that run beside each other. */
  readonly #open: { readonly member: Member; readonly picker: Selection }[] = [];

  constructor(view: View, subject: CallSubject, beginning: Beginning) {
    this.#view = view;
    this.#subject = subject;
    this.#beginning = beginning;
    this.#balancer = view.balancer();
    this.#inner = this.#balancer.begin(subject, beginning);
    this.#picker = this.#inner;
  }

  get tries(): number {
    return this.#inner.tries;
  }

  get via(): Selection["via"] {
    return this.#newest().via;
  }

  pick(ask: PickAsk): Pick {
    // What has arrived is told to whom it came through, also when that was replaced meanwhile.
    const picker = ask.arrived === undefined ? this.#newest() : this.#inner;
    const pick = picker.pick(ask);
    if (pick.place) return { ...pick, place: this.#watched(pick.place, picker, ask) };
    this.#took(picker, pick);
    return pick;
  }

  ended(member: Member, end: AttemptEnd): void {
    const index = this.#open.findLastIndex((each) => each.member === member);
    const [{ picker } = { picker: this.#picker }] = this.#open.splice(index, 1);
    const isSpared = end.outcome !== "success" && this.#view.isDebugged(member.id);
    picker.ended(member, isSpared ? { ...end, outcome: "canceled" } : end);
    this.#view.released(member);
  }

  redispatch(sent: boolean): Redispatch | undefined {
    return this.#picker.redispatch?.(sent);
  }

  over(): void {
    this.#picker.over?.();
    if (this.#inner !== this.#picker) this.#inner.over?.();
  }

  /** The picks of the balancer of this moment. */
  #newest(): Selection {
    const balancer = this.#view.balancer();
    if (balancer !== this.#balancer) {
      this.#balancer = balancer;
      const tried = new Set([...this.#beginning.tried, ...this.#tried]);
      const beginning = { ...this.#beginning, tried };
      this.#inner = balancer.begin(this.#subject, beginning);
    }
    return this.#inner;
  }

  #took(picker: Selection, { member }: Pick): void {
    if (!member) return;
    this.#picker = picker;
    this.#open.push({ member, picker });
    this.#tried.push(member.id);
    this.#view.taken(member);
  }

  /** A place whose turn may come after the algorithm has changed: then the new one is asked. */
  #watched(first: QueuePlace, picker: Selection, ask: PickAsk): QueuePlace {
    let place = first;
    const { ahead, instance } = first;
    return {
      ahead,
      instance,
      onTurn: (take) => {
        const wait = (of: Selection) => {
          place.onTurn((turn) => {
            if (turn) {
              this.#took(of, turn);
              take(turn);
              return;
            }
            const pick = this.pick(ask);
            if (!pick.place) {
              take(pick);
              return;
            }
            place = pick.place;
            place.onTurn(take);
          });
        };
        wait(picker);
      },
      leave: () => {
        place.leave();
      },
    };
  }
}
