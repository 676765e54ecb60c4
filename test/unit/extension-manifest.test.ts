import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as ours from "../../extension/contributions.ts";

const root = join(import.meta.dirname, "../..");
const read = (file: string) => JSON.parse(readFileSync(join(root, file), "utf8")) as unknown;

interface Manifest {
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: boolean };
  };
  icon: string;
  contributes: {
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    viewsContainers: { activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    configuration: { properties: Record<string, { scope: string }> };
    walkthroughs: {
      id: string;
      steps: { media: { markdown: string }; completionEvents: string[] }[];
    }[];
  };
}
const manifest = read("package.json") as Manifest;
const texts = read("package.nls.json") as Record<string, string>;
const { contributes } = manifest;
const sorted = (values: readonly string[]) => [...values].sort();

describe("package.json", () => {
  it("names the commands that the extension registers", () => {
    const { PALETTE_COMMANDS, TREE_COMMANDS } = ours;
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(
      sorted([...Object.values(PALETTE_COMMANDS), ...Object.values(TREE_COMMANDS)]),
    );
    expect(new Set(contributes.commands.map(({ category }) => category))).toEqual(
      new Set(["Fuseboard"]),
    );
  });

  it("has no menu entry for a command that there is not", () => {
    const known = new Set(contributes.commands.map(({ command }) => command));
    const used = Object.values(contributes.menus)
      .flat()
      .map(({ command }) => command);
    expect(used.filter((command) => !known.has(command))).toEqual([]);
  });

  it("hides the commands of tree items from the palette", () => {
    const hidden = contributes.menus.commandPalette?.filter(({ when }) => when === "false");
    expect(sorted((hidden ?? []).map(({ command }) => command))).toEqual(
      sorted(Object.values(ours.TREE_COMMANDS)),
    );
  });

  it("names views, settings and walkthrough as the extension does", () => {
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([
      ours.VIEW_CONTAINER,
    ]);
    expect(contributes.views[ours.VIEW_CONTAINER]?.map(({ id }) => id)).toEqual([
      ours.TOPOLOGY_VIEW,
    ]);
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([ours.WALKTHROUGH]);
    expect(sorted(Object.keys(contributes.configuration.properties))).toEqual(
      sorted(Object.values(ours.SETTINGS).map((name) => `${ours.SETTINGS_PREFIX}.${name}`)),
    );
    expect(manifest.activationEvents).toContain(`onWebviewPanel:${ours.TOPOLOGY_PANEL}`);
    expect(manifest.activationEvents).toContain(`workspaceContains:**/${ours.CLUSTER_FILE_NAME}`);
  });

  it("uses only context keys that the extension sets", () => {
    const known = new Set<string>(Object.values(ours.CONTEXT_KEYS));
    const clauses =
      JSON.stringify(contributes).match(/fuseboard\.(state|has\w+|cluster\w+)/g) ?? [];
    expect(clauses.filter((key) => !known.has(key))).toEqual([]);
  });

  it("has a text for every key, and no text without one", () => {
    const used = [...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(
      ([, key]) => key ?? "",
    );
    expect(sorted([...new Set(used)])).toEqual(sorted(Object.keys(texts)));
  });

  it("runs nothing of an untrusted workspace, and takes no program from it", () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    expect(untrustedWorkspaces).toMatchObject({
      supported: "limited",
      restrictedConfigurations: ["fuseboard.node.path"],
    });
    expect(virtualWorkspaces.supported).toBe(false);
    expect(
      manifest.activationEvents.filter((event) => /^\*$|onStartupFinished/.test(event)),
    ).toEqual([]);
  });

  it("names files that are there", () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.markdown)),
    ];
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  });
});
