import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { compileJava, mavenLibrary } from "./java.ts";
import { root } from "./paths.ts";
import { tempFolder } from "./temp-folder.ts";

export const HYSTRIX_CORES = {
  "1.5.18": {
    path: "com/netflix/hystrix/hystrix-core/1.5.18/hystrix-core-1.5.18.jar",
    sha256: "e72775f2b5189a14000aa8002712a77eade6cc36e0c7f0edb576556ab707f905",
  },
  "1.5.12": {
    path: "com/netflix/hystrix/hystrix-core/1.5.12/hystrix-core-1.5.12.jar",
    sha256: "1ad5d5baa1a9d735614bb90acb126fa8c6205922b9ca8a010195116bbb9b8d1a",
  },
};
/** What both need; without Archaius they take their settings from what the program gives them. */
export const HYSTRIX_LIBRARIES = [
  {
    path: "io/reactivex/rxjava/1.2.0/rxjava-1.2.0.jar",
    sha256: "2b6c36c1d46d9aeccc0408cb8d37d8e1338d80065d0ace26768d1eddce619670",
  },
  {
    path: "org/hdrhistogram/HdrHistogram/2.1.9/HdrHistogram-2.1.9.jar",
    sha256: "95d40913be28dfd439cefea9170c40898ea84f11f25e6ff8de50339b8a7b5e3e",
  },
  {
    path: "org/slf4j/slf4j-api/1.7.0/slf4j-api-1.7.0.jar",
    sha256: "255ec27dbc54332fa94d26f105a6db62601b607720dadfc89675f9046d136ec8",
  },
];

/** The real Netflix Hystrix of both releases, in virtual time, on a JVM that ends with the scope. */
export interface RealHystrix {
  /** Plays a line of `lineOf`; the events as lines. One at a time. */
  play(line: string): Promise<string[]>;
}

/** Compiles `test/fixtures/hystrix-java` and starts it. */
export async function startRealHystrix(
  programs: { readonly javac: string; readonly java: string },
  scope: Scope,
): Promise<RealHystrix> {
  const libraries = await Promise.all(HYSTRIX_LIBRARIES.map(mavenLibrary));
  const cores = await Promise.all([
    mavenLibrary(HYSTRIX_CORES["1.5.18"]),
    mavenLibrary(HYSTRIX_CORES["1.5.12"]),
  ]);
  const classes = await tempFolder(scope, "hystrix-java");
  const folder = join(root, "test", "fixtures", "hystrix-java");
  const sources = (await readdir(folder, { recursive: true }))
    .filter((name) => name.endsWith(".java"))
    .map((name) => join(folder, name));
  const compileAgainst = [cores[0], ...libraries].join(delimiter);
  await compileJava(programs.javac, classes, compileAgainst, sources);

  const args = Object.keys(HYSTRIX_CORES).flatMap((release, i) => [
    release,
    [cores[i], ...libraries, classes].join(delimiter),
  ]);
  const child = spawn(programs.java, ["-cp", classes, "PlayHystrix", ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const exited = once(child, "exit");
  scope.add(async () => {
    child.stdin.end();
    await exited;
  });
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async play(line) {
      child.stdin.write(`${line}\n`);
      const answer = await answers.next();
      if (answer.done) throw new Error(`The JVM ended:\n${log}`);
      if (answer.value.startsWith("error ")) throw new Error(`${answer.value}\n${log}`);
      return answer.value.split(" ; ").filter((event) => event !== "");
    },
  };
}
