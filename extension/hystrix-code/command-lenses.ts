import { CodeLens, Range, type Disposable, type TextDocument } from "vscode";
import type { CurrentCluster } from "../cluster/current-cluster.ts";
import { LiveLenses } from "../codelens/live-lenses.ts";
import { COMMANDS } from "../contributions.ts";
import { liveCommands, liveText } from "./command-lens-text.ts";
import type { CommandTarget } from "./command-target.ts";
import { settingsText } from "./command-settings.ts";
import type { WorkspaceCode } from "./workspace-code.ts";

/** Pause between two looks at whether a text changed. */
const REFRESH_MS = 1000;
const SELECTOR = { language: "go" };

interface LiveTitle {
  readonly title: string;
  readonly stream: string;
}

interface Row {
  readonly target: CommandTarget;
  readonly column: number;
  readonly tooltip: string;
  readonly live: readonly LiveTitle[];
}

/** Simulate command, and the state in attached streams, above the commands of Go code. */
export class CommandLenses extends LiveLenses<Row> {
  readonly #code: WorkspaceCode;
  readonly #cluster: CurrentCluster;
  readonly #listener: Disposable;

  constructor(code: WorkspaceCode, cluster: CurrentCluster) {
    super(SELECTOR, cluster, REFRESH_MS);
    this.#code = code;
    this.#cluster = cluster;
    this.#listener = code.onDidChange(() => this.change.fire());
  }

  override dispose(): void {
    this.#listener.dispose();
    super.dispose();
  }

  protected override lensesOf({ target, column, tooltip, live }: Row): CodeLens[] {
    const range = new Range(target.line, column, target.line, column);
    const simulate = new CodeLens(range, {
      title: "$(graph) Simulate command",
      tooltip,
      command: COMMANDS.simulateCommand,
      arguments: [target],
    });
    const states = live.map(
      ({ title, stream }) =>
        new CodeLens(range, {
          title,
          tooltip: "As its program tells right now; show it in the topology",
          command: COMMANDS.showStreamCommand,
          arguments: [{ stream, command: target.command }],
        }),
    );
    return [simulate, ...states];
  }

  protected override async rows(document: TextDocument): Promise<Row[]> {
    const { configurations, uses } = await this.#code.inDocument(document);
    const configured = new Map(configurations.map((each) => [each.name, each]));
    return [...configurations, ...uses]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map(({ name, line, column }) => ({
        target: { code: document.uri.toString(), command: name, line },
        column,
        tooltip: `Traffic in virtual time: when it opens, and why. ${settingsText(configured.get(name))}`,
        live: this.#live(name),
      }));
  }

  #live(name: string): LiveTitle[] {
    const { snapshot } = this.#cluster;
    const live = liveCommands(snapshot?.streams ?? {}, name);
    return live.map((each) => ({
      title: liveText(each, live.length > 1),
      stream: each.stream.id,
    }));
  }
}
