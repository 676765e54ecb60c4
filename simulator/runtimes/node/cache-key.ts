import { join } from "node:path";

/** Changes when the compiler's output does. */
const COMPILER_VERSION = "1";

/** How Node is to read a compiled module. */
export type ModuleFormat = "module" | "commonjs";
export const MODULE_FORMATS: readonly ModuleFormat[] = ["module", "commonjs"];

/**
 * Where a compiled file is kept, by what is in it. The key is cyrb53, a 53-bit hash by bryc
 * (public domain): `node:crypto` would take longer to load than everything else that the host does.
 */
export function compiledPath(
  cacheDir: string,
  file: string,
  source: string,
  format: ModuleFormat,
): string {
  const key = cyrb53(`${COMPILER_VERSION}\0${file}\0${source}`).toString(36);
  return join(cacheDir, "compiled", `${key}.${format === "module" ? "mjs" : "cjs"}`);
}

function cyrb53(text: string): number {
  let h1 = 0xdeadbeef;
  let h2 = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    h1 = Math.imul(h1 ^ code, 2_654_435_761);
    h2 = Math.imul(h2 ^ code, 1_597_334_677);
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2_246_822_507) ^ Math.imul(h2 ^ (h2 >>> 13), 3_266_489_909);
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2_246_822_507) ^ Math.imul(h1 ^ (h1 >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & h2) + (h1 >>> 0);
}
