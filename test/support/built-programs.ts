import { compile, simulatorIsStale } from "./compile.ts";

/** Makes sure that the programs which instances run are built from the sources as they are. */
export async function buildPrograms(): Promise<void> {
  if (await simulatorIsStale()) await compile("simulator");
}
