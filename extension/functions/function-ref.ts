import { basename, extname, isAbsolute, join, normalize, relative, sep } from "node:path";

/** What a cluster file calls a function: `<file>#<export>`, the file relative to its folder. */
export function functionRef(root: string, file: string, exported: string): string {
  return `${relative(root, file).split(sep).join("/")}#${exported}`;
}

/** The absolute file and the export that a reference names. */
export function resolveFunctionRef(root: string, ref: string): { file: string; export: string } {
  const hash = ref.lastIndexOf("#");
  const file = ref.slice(0, hash);
  return {
    file: isAbsolute(file) ? normalize(file) : join(root, file),
    export: ref.slice(hash + 1),
  };
}

/** Whether two paths name the same file; Windows does not tell letters' case apart. */
export function samePath(a: string, b: string, platform: NodeJS.Platform = process.platform) {
  const [left, right] = [normalize(a), normalize(b)];
  return platform === "win32" ? left.toLowerCase() === right.toLowerCase() : left === right;
}

/**
 * A name for the service that runs a function: `chargeCard` becomes `charge-card`, a default
 * export is named after its file; a number follows when the name is taken.
 */
export function serviceNameFor(file: string, exported: string, taken: Iterable<string>): string {
  const source = exported === "default" ? basename(file, extname(file)) : exported;
  const words = source
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/[^a-zA-Z0-9]+/g, "-")
    .replace(/^[^a-zA-Z]+|-+$/g, "")
    .toLowerCase();
  const base = (words || "function").slice(0, 58);
  const names = new Set(taken);
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${String(number)}`;
    if (!names.has(name)) return name;
  }
}
