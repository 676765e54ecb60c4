import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";

/** What HAProxy says when it refuses a line, without the place and the program's own prefix. */
export interface Alert {
  /** Undefined: it names none. */
  readonly line: number | undefined;
  readonly message: string;
}

export interface HaproxyVerdict {
  readonly isValid: boolean;
  readonly alerts: readonly Alert[];
}

/** What follows every alert, and says nothing of a line. */
const SUMMARY = /^(Error\(s\) found|Fatal errors found|Failed to initialize)/;

/** Lets `haproxy -c` judge a configuration, which is written to `file`. */
export async function judgeByHaproxy(
  haproxy: string,
  file: string,
  text: string,
): Promise<HaproxyVerdict> {
  await writeFile(file, text);
  const { code, stderr } = await new Promise<{ code: unknown; stderr: string }>((resolve) => {
    execFile(haproxy, ["-c", "-f", file], { timeout: 20_000 }, (error, _stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stderr });
    });
  });
  // 2: nothing is wrong, and nothing would be listened on.
  if (code !== 0 && code !== 1 && code !== 2) throw new Error(`haproxy ended oddly: ${stderr}`);
  const alerts = stderr.split("\n").flatMap((line): Alert[] => {
    const said = /^\[ALERT\]\s*\(\d+\) : config ?: (.*)$/.exec(line)?.[1]?.replaceAll(file, "F");
    if (said === undefined || SUMMARY.test(said)) return [];
    const place = /^((?:[Pp]arsin[ge] )?\[F:(\d+)\] ?: ?)+/.exec(said);
    const message = said
      .slice(place?.[0].length ?? 0)
      .replace(/ at position (\d+):$/, " at position $1");
    return [{ line: place ? Number(place[2]) : undefined, message }];
  });
  return { isValid: code !== 1, alerts };
}
