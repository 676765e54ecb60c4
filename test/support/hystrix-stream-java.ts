import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import type { Scope } from "../../simulator/kernel/scope.ts";
import { HYSTRIX_CORES, HYSTRIX_LIBRARIES } from "./hystrix-java.ts";
import { compileJava, mavenLibrary } from "./java.ts";
import { root } from "./paths.ts";
import { tempFolder } from "./temp-folder.ts";

/** What writes the JSON of Netflix's stream. */
const SERIALIZER = [
  {
    path: "com/netflix/hystrix/hystrix-serialization/1.5.18/hystrix-serialization-1.5.18.jar",
    sha256: "c786f50e55f41100cf5ff36887d81891dddace2c6a735565d3639f68d732a0a4",
  },
  {
    path: "com/fasterxml/jackson/core/jackson-core/2.7.5/jackson-core-2.7.5.jar",
    sha256: "76d8d6fb3431e834d11069efdc4dd9ce66799b617b626bfdcd9278e9d0ddb649",
  },
  {
    path: "com/fasterxml/jackson/core/jackson-databind/2.7.5/jackson-databind-2.7.5.jar",
    sha256: "1b64bb4e0035203ff11f1af15ee49a583868bc71948a0fe0c707a9aa07bc7e42",
  },
  {
    path: "com/fasterxml/jackson/core/jackson-annotations/2.7.5/jackson-annotations-2.7.5.jar",
    sha256: "cded2ed97667d58765dde6dbdd95f4b7b2e30911b0ac47838a619a0787dc6ef5",
  },
];

/** Starts the real Netflix Hystrix with a stream; resolves with its URL. Ends with the scope. */
export async function startJavaStream(
  programs: { readonly javac: string; readonly java: string },
  scope: Scope,
): Promise<string> {
  const libraries = [HYSTRIX_CORES["1.5.18"], ...HYSTRIX_LIBRARIES, ...SERIALIZER];
  const classPath = (await Promise.all(libraries.map(mavenLibrary))).join(delimiter);
  const classes = await tempFolder(scope, "hystrix-stream-java");
  const source = join(root, "test", "fixtures", "hystrix-stream-java", "HystrixStream.java");
  await compileJava(programs.javac, classes, classPath, [source]);
  const args = ["-Xshare:auto", "-cp", [classes, classPath].join(delimiter), "HystrixStream"];
  const child = spawn(programs.java, args, { stdio: ["pipe", "pipe", "pipe"] });
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (log += text));
  const exited = once(child, "exit");
  scope.add(async () => {
    child.stdin.end();
    await exited;
  });
  const port = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  if (port.done) throw new Error(`The JVM ended:\n${log}`);
  return `http://127.0.0.1:${port.value}/hystrix.stream`;
}
