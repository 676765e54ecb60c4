import type { BuildOptions, Plugin } from "esbuild";

/** One bundle: its entry, relative to the checkout, and its file, relative to dist/. */
export interface BuildTarget {
  readonly entry: string;
  readonly file: string;
  readonly options: BuildOptions;
}

/**
 * A bundle for Node. CommonJS under the name `.cjs`, because package.json says `"type": "module"`
 * and VS Code loads extensions by require. `import.meta` keeps its meaning in it.
 */
function forNode(target: string, external: string[] = []): BuildOptions {
  return {
    platform: "node",
    format: "cjs",
    target,
    external,
    define: {
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
      "import.meta.url": "__importMetaUrl",
    },
    banner: { js: 'const __importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
  };
}

const program = forNode("node20");

/** A program that loads another one, whose bundle lies beside its own. */
function doorTo(entry: string): BuildOptions {
  const file = `./${entry.replaceAll("/", "-")}.cjs`;
  const leaveOut: Plugin = {
    name: "leave-out",
    setup(build) {
      build.onResolve({ filter: new RegExp(`/${entry}\\.ts$`) }, () => ({
        path: file,
        external: true,
      }));
    },
  };
  return { ...program, plugins: [leaveOut] };
}

export const BUILD_TARGETS: readonly BuildTarget[] = [
  // Two doors, and what they open in files of their own, so that its code can be cached.
  { entry: "simulator/main.ts", file: "simulator/main.cjs", options: doorTo("child") },
  { entry: "simulator/child.ts", file: "simulator/child.cjs", options: program },
  { entry: "simulator/cli.ts", file: "simulator/cli.cjs", options: doorTo("cli/program") },
  { entry: "simulator/cli/program.ts", file: "simulator/cli-program.cjs", options: program },
  {
    entry: "simulator/instances/guard-host.ts",
    file: "simulator/guard.cjs",
    options: program,
  },
  // These two run on the user's own Node, which may be older.
  {
    entry: "simulator/runtimes/node/host.ts",
    file: "simulator/node-host.cjs",
    options: forNode("node18"),
  },
  {
    entry: "simulator/runtimes/node/compiler.ts",
    file: "simulator/compiler.cjs",
    options: forNode("node18"),
  },
  {
    entry: "extension/extension.ts",
    file: "extension/extension.cjs",
    options: forNode("node22", ["vscode"]),
  },
  {
    entry: "webview/main.ts",
    file: "webview/main.js",
    options: { platform: "browser", format: "iife", target: "chrome130" },
  },
];
