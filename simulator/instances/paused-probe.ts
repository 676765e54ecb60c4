import { WebSocket } from "undici";

/** An inspector that does not say that it is paused within this time is not. */
const PATIENCE_MS = 1000;

/**
 * Whether a debugger has paused the process whose inspector is at this `ws://` URL. Asks as another
 * client of it: V8 tells one that comes to a paused program so at once, and a program that is only
 * busy says nothing. Never rejects: an inspector that cannot be asked is not known to be paused.
 * @param refused called when the inspector never took the connection, and so has said nothing of it
 */
export function isPaused(url: string, signal: AbortSignal, refused: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    let isOpen = false;
    let isOver = false;
    const settle = (paused: boolean) => {
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", giveUp);
      // While it still connects nobody knows what the inspector has said: it is closed once open.
      if (isOpen) socket.close();
      resolve(paused);
    };
    const giveUp = () => settle(false);
    const timer = setTimeout(giveUp, PATIENCE_MS);
    signal.addEventListener("abort", giveUp, { once: true });
    socket.addEventListener("open", () => {
      isOpen = true;
      if (isOver) socket.close();
      else socket.send(JSON.stringify({ id: 1, method: "Debugger.enable" }));
    });
    socket.addEventListener("message", ({ data }) => {
      if (methodOf(data) === "Debugger.paused") settle(true);
    });
    socket.addEventListener("close", () => {
      if (!isOpen) refused();
      if (!isOver) settle(false);
    });
  });
}

function methodOf(data: unknown): unknown {
  if (typeof data !== "string") return undefined;
  try {
    return (JSON.parse(data) as { method?: unknown } | null)?.method;
  } catch {
    // Not an inspector.
    return undefined;
  }
}
