/** `haproxy.cfg`, or a `.cfg` or `.conf` with sections of HAProxy's. */
export function recognises(path: string, text: string): boolean {
  const name = /[^/\\]*$/.exec(path)?.[0].toLowerCase() ?? "";
  if (/haproxy.*\.(cfg|conf)$/.test(name) || name === "haproxy") return true;
  return (
    /\.(cfg|conf|txt)$/.test(name) &&
    /^[ \t]*(backend|listen|frontend)[ \t]+[\w:.-]+[ \t]*(#.*)?\r?$/m.test(text)
  );
}
