import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cacheFolder } from "../../simulator/kernel/cache-folder.ts";

const MAVEN = "https://repo.maven.apache.org/maven2";

/** A library of Maven Central: where it is there, and what it is. */
interface MavenLibrary {
  readonly path: string;
  readonly sha256: string;
}

/** Path of a library in the cache, fetched from Maven Central on first use. */
export async function mavenLibrary({ path, sha256 }: MavenLibrary): Promise<string> {
  const folder = join(cacheFolder(), "maven");
  const file = join(folder, path.slice(path.lastIndexOf("/") + 1));
  const present = await readFile(file).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  });
  if (present && hashOf(present) === sha256) return file;
  const response = await fetch(`${MAVEN}/${path}`);
  if (!response.ok) throw new Error(`${response.url} answered ${String(response.status)}.`);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (hashOf(bytes) !== sha256) {
    throw new Error(`${response.url} is not the expected file: its SHA-256 is ${hashOf(bytes)}.`);
  }
  await mkdir(folder, { recursive: true });
  // Moved to its place as a whole, so that nobody reads half of it.
  const part = `${file}.${String(process.pid)}`;
  await writeFile(part, bytes);
  await rename(part, file);
  return file;
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Compiles Java sources into a folder. */
export async function compileJava(
  javac: string,
  classes: string,
  classPath: string,
  sources: readonly string[],
): Promise<void> {
  const args = ["-d", classes, "-cp", classPath, ...sources];
  const child = spawn(javac, args, { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (printed += text));
  }
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${javac} failed:\n${printed}`);
}
