import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where compiled code and notes on running processes are kept; may be deleted at any time. Follows
 * each platform's custom: XDG_CACHE_HOME, LOCALAPPDATA, Library/Caches.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const base =
    env.XDG_CACHE_HOME ??
    (platform === "win32"
      ? (env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local"))
      : platform === "darwin"
        ? join(homedir(), "Library", "Caches")
        : join(homedir(), ".cache"));
  return join(base, "fuseboard");
}
