import type { Statement } from "./statement.ts";

/** A block `.if … .elif … .else … .endif`, and whether its lines are read. */
interface Block {
  /** `taken`: this branch is read; `over`: one was, `waiting`: none yet, `outside`: none will be. */
  state: "taken" | "over" | "waiting" | "outside";
  hasElse: boolean;
}

const MOST_NESTED = 100;

/** HAProxy's `.if` blocks. Of conditions that depend on the machine, the first branch is read. */
export class Conditions {
  readonly #blocks: Block[] = [];

  /** Whether lines are read where it stands now. */
  get reads(): boolean {
    const innermost = this.#blocks.at(-1);
    return !innermost || innermost.state === "taken";
  }

  get isOpen(): boolean {
    return this.#blocks.length > 0;
  }

  /** Takes a line that begins with a dot; answers `stop` when HAProxy reads no further. */
  take(statement: Statement): "stop" | undefined {
    const block = this.#blocks.at(-1);
    switch (statement.keyword) {
      case ".if":
        if (this.#blocks.length + 1 >= MOST_NESTED) {
          statement.error(0, `too many nested '.if', max is ${MOST_NESTED}.`);
          return "stop";
        }
        this.#blocks.push({
          state: !this.reads ? "outside" : this.#holds(statement) ? "taken" : "waiting",
          hasElse: false,
        });
        return undefined;
      case ".elif":
      case ".else": {
        const isElse = statement.keyword === ".else";
        if (!block || block.hasElse) {
          const { keyword } = statement;
          const after = `'${keyword}' after '.else' is not permitted.`;
          statement.error(0, block ? after : `lone '${keyword}' with no matching '.if'.`);
          return "stop";
        }
        block.hasElse = isElse;
        if (block.state === "taken") block.state = "over";
        else if (block.state === "waiting" && (isElse || this.#holds(statement))) {
          block.state = "taken";
        }
        return undefined;
      }
      case ".endif":
        if (this.#blocks.pop()) return undefined;
        statement.error(0, "lone '.endif' with no matching '.if'.");
        return "stop";
      default:
        return this.reads ? this.#say(statement) : undefined;
    }
  }

  #say(statement: Statement): "stop" | undefined {
    switch (statement.keyword) {
      case ".notice":
      case ".diag":
        return undefined;
      case ".warning":
        statement.note(0, `'${statement.arg(1)}'.`);
        return undefined;
      case ".alert":
        statement.error(0, `'${statement.arg(1)}'.`);
        return "stop";
      default:
        statement.error(0, `unknown directive '${statement.keyword}'.`);
        return "stop";
    }
  }

  #holds(statement: Statement): boolean {
    const condition = statement.arg(1);
    if (/^\d*$/.test(condition)) return Number(condition) !== 0;
    statement.note(1, "Conditions are not evaluated here; this branch is read.");
    return true;
  }
}
