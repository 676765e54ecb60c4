import { CodeLens, Range, type TextDocument } from "vscode";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { summarizeService } from "../cluster/summary.ts";
import { LiveLenses } from "../codelens/live-lenses.ts";
import { COMMANDS } from "../contributions.ts";
import { CONFIGURATIONS, type Configurations } from "./configurations.ts";
import { nounOf } from "./reading.ts";
import { RecentShares } from "./recent-shares.ts";
import type { Simulations } from "./simulations.ts";
import { upstreamLenses, type RunningUpstream, type UpstreamLens } from "./upstream-lens-text.ts";
import type { UpstreamTarget } from "./upstream-target.ts";

/** Pause between two looks at whether a text changed. */
const REFRESH_MS = 1000;

interface Row {
  readonly line: number;
  readonly target: UpstreamTarget;
  readonly service: string | undefined;
  readonly lenses: readonly UpstreamLens[];
}

/** Simulate, Compare algorithms and live state above the upstreams of nginx and HAProxy. */
export class UpstreamLenses extends LiveLenses<Row> {
  readonly #configurations: Configurations;
  readonly #simulations: Simulations;
  readonly #cluster: CurrentCluster;
  readonly #shares = new RecentShares();

  constructor(configurations: Configurations, simulations: Simulations, cluster: CurrentCluster) {
    super(CONFIGURATIONS, cluster, REFRESH_MS);
    this.#configurations = configurations;
    this.#simulations = simulations;
    this.#cluster = cluster;
  }

  protected override lensesOf(row: Row, document: TextDocument): CodeLens[] {
    const { line, target, service, lenses } = row;
    return lenses.map(({ title, tooltip, command, of }) => {
      const argument = of === "upstream" ? target : { service };
      const column = document.lineAt(line).firstNonWhitespaceCharacterIndex;
      const range = new Range(line, column, line, column);
      return new CodeLens(range, {
        ...{ title, tooltip, command: COMMANDS[command] },
        arguments: [argument],
      });
    });
  }

  protected override async rows(document: TextDocument): Promise<Row[]> {
    const reading = await this.#configurations.read(document);
    if (!reading) return [];
    const noun = nounOf(reading.format);
    const { phase } = this.#cluster;
    return reading.services.map(({ name, line }) => {
      const target = { configuration: document.uri.toString(), upstream: name };
      const service = this.#simulations.serviceOf(target);
      const running = service === undefined ? undefined : this.#running(service);
      return { line: line - 1, target, service, lenses: upstreamLenses({ noun, phase, running }) };
    });
  }

  #running(service: string): RunningUpstream | undefined {
    const { snapshot } = this.#cluster;
    const summary = snapshot && summarizeService(snapshot, service);
    if (!summary) return undefined;
    return {
      summary,
      perSecond: snapshot.counters.services[service]?.perSecond ?? 0,
      imbalance: this.#shares.imbalance(snapshot, service, Date.now()),
      loaded: service in snapshot.loads,
    };
  }
}
