/**
 * Whether rules that came with `since` (major.minor) hold for a configured version; without one
 * the newest rules hold.
 */
export function isSince(version: string | undefined, since: `${number}.${number}`): boolean {
  if (version === undefined) return true;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [sinceMajor = 0, sinceMinor = 0] = since.split(".").map(Number);
  return major > sinceMajor || (major === sinceMajor && minor >= sinceMinor);
}
