/** The directions of CONTRIBUTING.md's picture. Each rule says why it is there. */

/** The feature folders of the simulator; cli/ and offline/ compose them. */
const feature = "(?!kernel/|protocol/|cli/|offline/)[^/]+";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment: "What goes in a circle can be neither read nor tested piece by piece.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "protocol-is-a-leaf",
      comment: "All three programs and the browser share it, so it imports nothing of ours.",
      severity: "error",
      from: { path: "^simulator/protocol/" },
      to: { path: "^(simulator|extension|webview|test)/", pathNot: "^simulator/protocol/" },
    },
    {
      name: "protocol-knows-no-platform",
      comment: "It runs in Node, in VS Code and in a browser's sandbox alike.",
      severity: "error",
      from: { path: "^simulator/protocol/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "eyes-see-only-the-protocol",
      comment:
        "Extension and webview talk to the simulator by messages; it runs in a process of its own.",
      severity: "error",
      from: { path: "^(extension|webview)/" },
      to: { path: "^simulator/", pathNot: "^simulator/protocol/" },
    },
    {
      name: "extension-and-webview-are-apart",
      comment: "They run in different worlds and share only the protocol.",
      severity: "error",
      from: { path: "^(extension|webview)/" },
      to: { path: "^(extension|webview)/", pathNot: "^$1/" },
    },
    {
      name: "webview-knows-no-node",
      comment: "It runs in a browser's sandbox.",
      severity: "error",
      from: { path: "^webview/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "simulator-knows-no-vscode",
      comment: "It also runs from the command line, where there is no VS Code.",
      severity: "error",
      from: { path: "^simulator/" },
      to: { path: "(^|/)vscode$|@types/vscode/" },
    },
    {
      name: "simulator-looks-down-only",
      comment: "What is simulated does not know who watches.",
      severity: "error",
      from: { path: "^simulator/" },
      to: { path: "^(extension|webview|test)/" },
    },
    {
      name: "kernel-is-the-floor",
      comment: "Clock, random, scope, log and errors serve everyone and know no feature.",
      severity: "error",
      from: { path: "^simulator/kernel/" },
      to: { path: "^simulator/", pathNot: "^simulator/(kernel|protocol)/" },
    },
    {
      name: "features-meet-at-contracts",
      comment:
        "A feature imports another one's contract.ts, never its insides; cluster.ts joins them.",
      severity: "error",
      from: { path: `^simulator/(${feature})/` },
      to: {
        path: `^simulator/${feature}/`,
        pathNot: ["^simulator/$1/", "/contract\\.ts$"],
      },
    },
    {
      name: "only-roots-know-everything",
      comment: "cluster.ts, main.ts and cli.ts compose; nothing below them imports them.",
      severity: "error",
      from: { path: "^simulator/[^/]+/", pathNot: "^simulator/(cli|offline)/" },
      to: { path: ["^simulator/[^/]+\\.ts$", "^simulator/(cli|offline)/"] },
    },
    {
      name: "product-does-not-need-tests",
      comment: "What is shipped does not import what tests it.",
      severity: "error",
      from: { pathNot: "^test/" },
      to: { path: "^test/" },
    },
    {
      name: "no-undeclared-packages",
      comment: "A package that is not in package.json is there by accident.",
      severity: "error",
      from: { pathNot: "^test/fixtures/" },
      to: { dependencyTypes: ["npm-no-pkg"] },
    },
    {
      name: "shipped-code-uses-shipped-packages",
      comment: "A devDependency says: not part of the product.",
      severity: "error",
      from: { path: "^(simulator|extension|webview)/", pathNot: "^extension/samples/" },
      to: {
        dependencyTypes: ["npm-dev"],
        dependencyTypesNot: ["type-only"],
        pathNot: "^node_modules/@types/",
      },
    },
    {
      name: "everything-resolves",
      comment: "An import that leads nowhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true, pathNot: "^vscode$" },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|test/fixtures|test/output|extension/samples)/" },
    tsPreCompilationDeps: true,
    detectProcessBuiltinModuleCalls: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".cjs"],
    },
  },
};
