import { basename } from "node:path";

/*
 * Which documents are worth asking about. Without an extension for nginx or HAProxy their files
 * have no language of their own, so names and words decide; the reader has the last word.
 */

/** Globs of files that may be a configuration of nginx or HAProxy. */
export const CONFIGURATION_GLOBS = [
  "**/*.{conf,cfg,nginx,haproxy,vhost}",
  "**/nginx.conf.*",
  "**/{conf.d,sites-available,sites-enabled,nginx,haproxy}/**",
] as const;

/** Languages that extensions give such files. */
export const CONFIGURATION_LANGUAGES = ["nginx", "haproxy"] as const;

/** Larger texts are data. */
const LONGEST = 1024 * 1024;

const NGINX = /^[ \t]*(upstream[ \t]|(http|events|stream|server|location[^\n{]*)\s*\{)/m;
const HAPROXY =
  /^[ \t]*((backend|listen|frontend|defaults)([ \t]+\S|[ \t]*$)|(global|defaults)[ \t]*$)/m;

/** Whether a text has words that only such configurations begin lines with. */
export function looksLikeConfiguration(path: string, text: string): boolean {
  if (text.length > LONGEST || basename(path) === "setup.cfg") return false;
  return NGINX.test(text) || HAPROXY.test(text);
}
