import { callsPerSecond, median } from "./load.ts";

const ROUNDS = 5;
const SECONDS = 4;

/** Answers per second of each address, in turns after one to warm up; the median of the rounds. */
export async function ratesOf(
  urls: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, number>> {
  const rates = new Map([...urls.keys()].map((name) => [name, [] as number[]]));
  for (const url of urls.values()) await callsPerSecond(url, { seconds: SECONDS });
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, url] of urls) {
      rates.get(name)?.push(await callsPerSecond(url, { seconds: SECONDS }));
    }
  }
  return new Map([...rates].map(([name, values]) => [name, median(values)]));
}
