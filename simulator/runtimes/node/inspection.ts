import type { Parent } from "./parent.ts";

/** How often it is looked whether a debugger has opened the inspector. */
const LOOK_MS = 500;
/** How often an open inspector is told: whoever is silent for longer may be paused in it. */
const TELL_MS = 100;

let watched = false;

/**
 * Tells the simulator as long as the inspector is open, and so a debugger may pause this process;
 * at once, and from then on by a timer. Once in a process.
 */
export async function watchInspector(parent: Parent): Promise<void> {
  if (watched) return;
  watched = true;
  // Loaded late: a start without debugger does not wait for it.
  const inspector = await import("node:inspector");
  let wasOpen = false;
  const look = () => {
    const url = inspector.url();
    const isOpen = url !== undefined;
    if (isOpen || wasOpen) void parent.send({ kind: "inspected", url });
    wasOpen = isOpen;
    setTimeout(look, isOpen ? TELL_MS : LOOK_MS);
  };
  look();
}
