// `npm run -s fuseboard -- …`: the command line from this checkout, built when it is stale.
// Nothing but the command line itself writes to stdout.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { compile, simulatorIsStale } from "./compile.ts";
import { dist } from "./paths.ts";

if (await simulatorIsStale()) await compile("simulator");
const cli = join(dist, "simulator", "cli.cjs");
process.argv[1] = cli;
await import(pathToFileURL(cli).href);
