import { existsSync } from "node:fs";
import { mkdir, readFile, readdir, rename, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";
import { FuseboardError } from "../../simulator/kernel/errors.ts";
import { clusterFileSchema } from "../../simulator/protocol/cluster-file.ts";
import { BUILD_TARGETS, type BuildTarget } from "./build-targets.ts";
import { englishOnly } from "./english-only.ts";
import { dist, root } from "./paths.ts";
import { thirdPartyNotices } from "./third-party.ts";

const GRAMMARS = "node_modules/@vscode/tree-sitter-wasm/wasm";
/** Files that are shipped as they are, from the checkout to dist/. */
const COPIES: readonly (readonly [from: string, to: string])[] = [
  // etcd3 loads these from `__dirname/../proto` while the program runs.
  ...["rpc", "kv", "auth"].map(
    (name) => [`node_modules/etcd3/proto/${name}.proto`, `proto/${name}.proto`] as const,
  ),
  ...["", "-typescript", "-tsx", "-javascript", "-go"].map(
    (name) => [`${GRAMMARS}/tree-sitter${name}.wasm`, `extension/tree-sitter${name}.wasm`] as const,
  ),
];

/**
 * Builds into dist/: everything, or only what runs without VS Code. Each file is replaced at once,
 * so that a program that starts meanwhile never reads half of one.
 */
export async function compile(only?: "simulator"): Promise<void> {
  const targets = BUILD_TARGETS.filter(({ file }) => !only || file.startsWith(only));
  const [inputs] = await Promise.all([
    Promise.all(targets.map(bundle)),
    ...COPIES.map(async ([from, to]) => put(join(dist, to), await readFile(join(root, from)))),
    put(
      join(dist, "fuseboard.schema.json"),
      `${JSON.stringify(clusterFileSchema(), undefined, 2)}\n`,
    ),
  ]);
  if (only) return;
  await put(join(dist, "third-party-notices.txt"), await thirdPartyNotices(inputs.flat()));
}

/** Answers the paths of the files that went into it. */
async function bundle({ entry, file, options }: BuildTarget): Promise<string[]> {
  const { outputFiles, metafile } = await build({
    ...options,
    plugins: [englishOnly, ...(options.plugins ?? [])],
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: join(dist, file),
    bundle: true,
    minify: true,
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
    metafile: true,
  }).catch((cause: unknown) => {
    throw new FuseboardError("build-failed", `${entry} could not be built (see above).`, { cause });
  });
  await Promise.all(outputFiles.map((output) => put(output.path, output.contents)));
  return Object.keys(metafile.inputs);
}

async function put(path: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const half = `${path}.${String(process.pid)}`;
  await writeFile(half, contents);
  await rename(half, path);
}

/** Whether the simulator's bundles are missing or older than any of its sources. */
export async function simulatorIsStale(): Promise<boolean> {
  const targets = BUILD_TARGETS.filter(({ file }) => file.startsWith("simulator")).map(({ file }) =>
    join(dist, file),
  );
  if (!targets.every((path) => existsSync(path))) return true;
  const built = Math.min(...(await Promise.all(targets.map(changedAt))));
  const sources = await readdir(join(root, "simulator"), { recursive: true });
  const inputs = [
    join(root, "package-lock.json"),
    join(import.meta.dirname, "build-targets.ts"),
    ...sources.filter((name) => name.endsWith(".ts")).map((name) => join(root, "simulator", name)),
  ];
  return Math.max(...(await Promise.all(inputs.map(changedAt)))) > built;
}

async function changedAt(path: string): Promise<number> {
  return (await stat(path)).mtimeMs;
}
