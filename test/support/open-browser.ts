import { spawn } from "node:child_process";

/** Shows an address in the user's browser; whether something was there to show it. */
export async function openBrowser(url: string): Promise<boolean> {
  const opener = findOpener();
  if (!opener) return false;
  const child = spawn(opener[0], [...opener.slice(1), url], { detached: true, stdio: "ignore" });
  child.unref();
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}

function findOpener(): [program: string, ...args: string[]] | undefined {
  if (process.platform === "darwin") return ["open"];
  if (process.platform === "win32") return ["rundll32", "url.dll,FileProtocolHandler"];
  const screen = process.env.DISPLAY ?? process.env.WAYLAND_DISPLAY;
  return screen === undefined ? undefined : ["xdg-open"];
}
