import { join } from "node:path";

/** The checkout. */
export const root = join(import.meta.dirname, "..", "..");
/** What the build makes. */
export const dist = join(root, "dist");
/** The sample workspace. */
export const sample = join(root, "extension", "samples", "shop");
