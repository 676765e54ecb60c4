import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Scope } from "../kernel/scope.ts";

/** A line of a program's log: what our log format writes, as JSON of texts. */
export type LogLine = Readonly<Record<string, string>>;

/** Takes a program's log on a UDP port of 127.0.0.1, until the scope ends; resolves with the port. */
export async function openLogSocket(took: (line: LogLine) => void, scope: Scope): Promise<number> {
  const socket = createSocket("udp4");
  scope.add(() => {
    socket.close();
  });
  socket.on("message", (message) => {
    const line = parse(message.toString());
    if (line) took(line);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  // A failed datagram is a line that did not come: nobody waits for one for long.
  socket.on("error", () => undefined);
  return socket.address().port;
}

/** What stands behind syslog's own words; undefined for lines of another format. */
function parse(text: string): LogLine | undefined {
  const start = text.indexOf("{");
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start)) as LogLine;
  } catch {
    return undefined;
  }
}
