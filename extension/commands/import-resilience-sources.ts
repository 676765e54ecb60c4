import { extname } from "node:path";
import { window, workspace, type Uri } from "vscode";
import type { BreakerFile } from "../../simulator/protocol/spec.ts";
import type { Finding } from "../configurations/reading.ts";
import { serviceNameFor } from "../functions/function-ref.ts";
import { breakerOf } from "../hystrix-code/command-settings.ts";
import type { FileCode } from "../hystrix-code/workspace-code.ts";
import { pickOne } from "./pick.ts";
import type { Workbench } from "./workbench.ts";

/** A breaker that was read, and where. */
export interface FoundBreaker {
  /** Of the command. */
  readonly name: string;
  /** The name as a service's can be. */
  readonly serviceName: string;
  readonly breaker: BreakerFile;
  /** Absolute path, and line from 1. */
  readonly file: string;
  readonly line: number;
}

export interface ReadBreakers {
  readonly breakers: readonly FoundBreaker[];
  readonly findings: readonly Finding[];
}

const NOT_SOURCES = "**/{node_modules,vendor,.git,target,build}/**";
const MOST_FILES = 500;

/**
 * The breakers of the file that was asked for, or of files that the user chooses.
 * @returns undefined when the user turned away
 * @throws Error when there are none
 */
export async function readResilience(
  workbench: Workbench,
  asked: Uri | undefined,
  title: string,
): Promise<ReadBreakers | undefined> {
  const read = asked ? await readFiles(workbench, [asked]) : await choose(workbench, title);
  if (!read) return undefined;
  if (read.breakers.length > 0) return read;
  const [why] = read.findings;
  throw new Error(
    `${title}: there are no settings that can be imported. ${why ? `Line ${String(why.line)}: ${why.message}` : "Expected hystrix.ConfigureCommand in Go code, or hystrix.command… in a properties file."}`,
  );
}

async function choose(workbench: Workbench, title: string): Promise<ReadBreakers | undefined> {
  const active = window.activeTextEditor?.document;
  const own = active && isSource(active.uri) ? await readFiles(workbench, [active.uri]) : undefined;
  const isOpen = active && own && own.breakers.length > 0;
  const chosen = await pickOne(
    [
      ...(isOpen
        ? [
            {
              label: workspace.asRelativePath(active.uri),
              description: "open",
              from: "open" as const,
            },
          ]
        : []),
      {
        label: "$(root-folder) The whole workspace",
        description: "Go code and Hystrix properties",
        from: "workspace" as const,
      },
      { label: "Choose files…", description: "", from: "files" as const },
    ],
    title,
    "Where the settings are",
  );
  if (chosen?.from === "open") return own;
  if (chosen?.from === "workspace") return readWorkspace(workbench);
  if (!chosen) return undefined;
  const uris = await window.showOpenDialog({
    ...{ title, openLabel: "Import", canSelectMany: true },
    filters: { "Go and properties": ["go", "properties"], "All files": ["*"] },
  });
  return uris && readFiles(workbench, uris);
}

async function readWorkspace(workbench: Workbench): Promise<ReadBreakers> {
  const code = (await workbench.code.inWorkspace()).map(ofCode);
  const uris = await workspace.findFiles("**/*.properties", NOT_SOURCES, MOST_FILES);
  return joined([...code, await readFiles(workbench, uris)]);
}

async function readFiles(workbench: Workbench, uris: readonly Uri[]): Promise<ReadBreakers> {
  const all: ReadBreakers[] = [];
  for (const uri of uris) {
    const { fsPath: file } = uri;
    const isCode = extname(file).toLowerCase() === ".go";
    all.push(
      isCode
        ? ofCode({ file, code: await workbench.code.inFile(file) })
        : await ofProperties(workbench, uri),
    );
  }
  return joined(all);
}

/** The configurations of a file; the last one of a name holds. */
function ofCode({ file, code }: FileCode): ReadBreakers {
  const last = new Map(code.configurations.map((each) => [each.name, each]));
  const breakers = [...last.values()].map((each) => ({
    name: each.name,
    serviceName: serviceNameFor(file, each.name, []),
    breaker: breakerOf(each),
    ...{ file, line: each.line + 1 },
  }));
  const findings = code.findings.map(({ line, column, severity, message }) => ({
    ...{ file, line: line + 1, column: column + 1, severity, message },
  }));
  return { breakers, findings };
}

async function ofProperties({ tools }: Workbench, uri: Uri): Promise<ReadBreakers> {
  const { fsPath: file } = uri;
  const text = (await workspace.openTextDocument(uri)).getText();
  const read = await tools.request("readResilience", { path: file, text });
  const breakers = read?.commands.map((each) => ({ ...each, file })) ?? [];
  return { breakers, findings: read?.findings ?? [] };
}

function joined(all: readonly ReadBreakers[]): ReadBreakers {
  return {
    breakers: all.flatMap(({ breakers }) => breakers),
    findings: all.flatMap(({ findings }) => findings),
  };
}

function isSource({ fsPath }: Uri): boolean {
  return /\.(go|properties)$/i.test(fsPath);
}
