// `npm run package`: builds, and packages dist/fuseboard-<version>.vsix.
import { compile } from "./compile.ts";
import { packageExtension } from "./vsix.ts";

await compile();
const { path, bytes } = await packageExtension();
process.stderr.write(`${path}: ${(bytes / 2 ** 20).toFixed(2)} MB\n`);
