import { homedir } from "node:os";
import { join } from "node:path";

/** Where downloads are kept between runs. */
export function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME;
  return join(cache?.startsWith("/") ? cache : join(homedir(), ".cache"), "fuseboard");
}
