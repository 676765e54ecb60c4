import type {
  Balancer,
  BalancerKind,
  CallSubject,
  Member,
} from "../../simulator/balancing/contract.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { balancerOfKind, callFrom } from "../support/balancer-situations.ts";
import { FRESH, membersOf, SUCCESS } from "../support/members.ts";
import type { BalancerFile } from "../../simulator/protocol/balancer-spec.ts";
import { median } from "./load.ts";

/** One measurement: so many rounds of at least so many ms. */
const ROUNDS = 5;
const ROUND_MS = 30;

const subjects: readonly CallSubject[] = Array.from({ length: 4096 }, (_, i) =>
  callFrom(i * 4_093),
);

/** A balancer of so many equal instances, with the machine's clock. */
export function balancerOfSize(kind: BalancerKind, size: number, spec: BalancerFile = {}) {
  const members = membersOf(Array.from({ length: size }, () => 1));
  const deps = { clock: systemClock, random: seededRandom(size) };
  return { members, balancer: balancerOfKind(kind, members, spec, deps) };
}

/** Nanoseconds of one call: its pick, counted as the view does, and its end. */
export function nanosecondsPerPick(balancer: Balancer, record: boolean): number {
  let next = 0;
  const call = () => {
    const subject = subjects[next++ & 4095];
    if (!subject) return;
    const selection = balancer.begin(subject, FRESH);
    const { member } = selection.pick({ record });
    if (!member) throw new Error("Nobody was picked.");
    count(balancer, member, 1);
    selection.ended(member, SUCCESS);
    count(balancer, member, -1);
  };
  return perRun(call) * 1e6;
}

/** Milliseconds of a change by one instance, the last of so many, and the first pick after it. */
export function millisecondsToChange(kind: BalancerKind, size: number, spec: BalancerFile): number {
  const { members, balancer } = balancerOfSize(kind, size, spec);
  const without = members.slice(0, -1);
  const [subject] = subjects;
  let isThere = true;
  return perRun(() => {
    isThere = !isThere;
    balancer.update(isThere ? members : without);
    if (subject) balancer.begin(subject, FRESH).pick({ record: false });
  });
}

/** The processor's time that this thread has used, in ms: others on the machine do not count. */
function usedMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of one run, the median of some rounds after one to warm up. */
function perRun(run: () => void): number {
  let runs = 1;
  const rounds: number[] = [];
  while (rounds.length <= ROUNDS) {
    const began = usedMs();
    for (let i = 0; i < runs; i++) run();
    const took = usedMs() - began;
    if (took < ROUND_MS) runs = Math.ceil(runs * Math.min(10, (1.3 * ROUND_MS) / (took + 0.01)));
    else rounds.push(took / runs);
  }
  return median(rounds.slice(1));
}

function count(balancer: Balancer, member: Member, change: 1 | -1): void {
  member.load.inFlight += change;
  balancer.loadChanged?.(member);
}
