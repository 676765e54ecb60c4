import { connect } from "node:net";
import { FuseboardError } from "../../kernel/errors.ts";

/** What HAProxy answers when it has done what it was told. */
const FINE = /^(IP changed|port changed|no need to change|nothing changed|$)/i;
/** Longest time that an answer may take. */
const PATIENCE_MS = 5000;

/**
 * Gives HAProxy commands over its stats socket, all at once and in their order. Rejects with its
 * own words when it does not take one.
 */
export async function command(path: string, commands: readonly string[]): Promise<void> {
  const answer = await ask(path, `${commands.join("; ")}\n`);
  for (const line of answer.split("\n").map((each) => each.trim())) {
    if (!FINE.test(line)) throw new FuseboardError("haproxy-refused", `HAProxy: ${line}`);
  }
}

function ask(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(path, () => socket.end(text));
    socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error("HAProxy does not answer.")));
    socket.setEncoding("utf8").on("data", (chunk: string) => (answer += chunk));
    socket.on("end", () => resolve(answer));
    socket.on("error", reject);
  });
}
