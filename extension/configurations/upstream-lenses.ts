import {
  CodeLens,
  Disposable,
  EventEmitter,
  languages,
  Range,
  window,
  workspace,
  type CodeLensProvider,
  type TextDocument,
} from "vscode";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { summarizeService } from "../cluster/summary.ts";
import { COMMANDS, SETTINGS, SETTINGS_PREFIX } from "../contributions.ts";
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
export class UpstreamLenses implements CodeLensProvider, Disposable {
  readonly #configurations: Configurations;
  readonly #simulations: Simulations;
  readonly #cluster: CurrentCluster;
  readonly #shares = new RecentShares();
  readonly #change = new EventEmitter<void>();
  readonly #registration: Disposable;
  #timer: NodeJS.Timeout | undefined;
  /** The texts as they were asked for last, by document; none while an announced change has not
   * been asked for: who announces too often is never asked. */
  readonly #shown = new Map<string, string>();

  readonly onDidChangeCodeLenses = this.#change.event;

  constructor(configurations: Configurations, simulations: Simulations, cluster: CurrentCluster) {
    this.#configurations = configurations;
    this.#simulations = simulations;
    this.#cluster = cluster;
    this.#registration = Disposable.from(
      languages.registerCodeLensProvider(CONFIGURATIONS, this),
      cluster.onDidChangePhase(() => this.#change.fire()),
      cluster.onDidChange(() => this.#refreshSoon()),
      workspace.onDidGrantWorkspaceTrust(() => this.#change.fire()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(SETTINGS_PREFIX)) this.#change.fire();
      }),
      workspace.onDidCloseTextDocument(({ uri }) => this.#shown.delete(uri.toString())),
    );
  }

  async provideCodeLenses(document: TextDocument): Promise<CodeLens[]> {
    const rows = await this.#rows(document);
    this.#shown.set(document.uri.toString(), JSON.stringify(rows));
    return rows.flatMap(({ line, target, service, lenses }) =>
      lenses.map(({ title, tooltip, command, of }) => {
        const argument = of === "upstream" ? target : { service };
        const column = document.lineAt(line).firstNonWhitespaceCharacterIndex;
        const range = new Range(line, column, line, column);
        return new CodeLens(range, {
          ...{ title, tooltip, command: COMMANDS[command] },
          arguments: [argument],
        });
      }),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#registration.dispose();
    this.#change.dispose();
  }

  async #rows(document: TextDocument): Promise<Row[]> {
    const settings = workspace.getConfiguration(SETTINGS_PREFIX, document);
    if (!settings.get<boolean>(SETTINGS.codeLensEnabled, true)) return [];
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

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#refreshIfChanged();
    }, REFRESH_MS);
  }

  async #refreshIfChanged(): Promise<void> {
    for (const { document } of window.visibleTextEditors) {
      const shown = this.#shown.get(document.uri.toString());
      if (shown === undefined) continue;
      if (JSON.stringify(await this.#rows(document)) !== shown) {
        this.#shown.clear();
        this.#change.fire();
        return;
      }
    }
  }
}
