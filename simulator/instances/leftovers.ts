import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { codeOf } from "../kernel/errors.ts";
import { processIdentity } from "./process-identity.ts";

const Process = z.object({ pid: z.number().int().min(2), identity: z.string() });
/** A simulator and the processes that it had started. */
const RunFile = z.object({
  simulator: Process,
  processes: z.array(Process),
  folders: z.array(z.string()).default([]),
});

/**
 * Remembers in a file which processes a run has started and which folders it has made, so that a
 * later run can end and remove those that outlived their simulator. A process whose id was taken by another one is left alone.
 */
export class Leftovers {
  readonly #folder: string;
  readonly #identities = new Map<number, string>();
  readonly #folders = new Set<string>();
  #writing = Promise.resolve();
  #dirty = false;

  /** @param cacheDir where the files are kept, shared by all runs of a user. */
  constructor(cacheDir: string) {
    this.#folder = join(cacheDir, "runs");
  }

  /** Ends what runs without a simulator left behind; resolves with the ids of the processes. */
  async sweep(kill: (pid: number) => void): Promise<number[]> {
    const killed: number[] = [];
    const names = await readdir(this.#folder).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT") return [];
      throw error;
    });
    for (const name of names.filter((each) => each.endsWith(".json"))) {
      const path = join(this.#folder, name);
      const run = await readRun(path);
      if (run && (await isAlive(run.simulator))) continue;
      for (const left of run?.processes ?? []) {
        if (!(await isAlive(left))) continue;
        kill(left.pid);
        killed.push(left.pid);
      }
      for (const folder of run?.folders ?? []) await rm(folder, { recursive: true, force: true });
      await rm(path, { force: true });
    }
    return killed;
  }

  async started(pid: number): Promise<void> {
    const identity = await processIdentity(pid);
    if (identity === undefined) return;
    this.#identities.set(pid, identity);
    await this.#save();
  }

  async ended(pid: number): Promise<void> {
    if (this.#identities.delete(pid)) await this.#save();
  }

  async folderMade(path: string): Promise<void> {
    this.#folders.add(path);
    await this.#save();
  }

  async folderGone(path: string): Promise<void> {
    if (this.#folders.delete(path)) await this.#save();
  }

  /** All is ended: removes the file. */
  async close(): Promise<void> {
    this.#identities.clear();
    this.#folders.clear();
    await this.#writing;
    await rm(this.#path(), { force: true });
  }

  #path(): string {
    return join(this.#folder, `${String(process.pid)}.json`);
  }

  /** Writes the newest state, once for all that changed while the last one was being written. */
  #save(): Promise<void> {
    if (this.#dirty) return this.#writing;
    this.#dirty = true;
    this.#writing = this.#writing.then(async () => {
      this.#dirty = false;
      const simulator = { pid: process.pid, identity: await processIdentity(process.pid) };
      const processes = [...this.#identities].map(([pid, identity]) => ({ pid, identity }));
      await mkdir(this.#folder, { recursive: true });
      await writeFile(
        this.#path(),
        JSON.stringify({ simulator, processes, folders: [...this.#folders] }),
      );
    });
    return this.#writing;
  }
}

/** Undefined for a file that was cut off while it was written. */
async function readRun(path: string): Promise<z.output<typeof RunFile> | undefined> {
  const text = await readFile(path, "utf8");
  try {
    return RunFile.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

async function isAlive(known: z.output<typeof Process>): Promise<boolean> {
  return (await processIdentity(known.pid)) === known.identity;
}
