/** A line that begins a section, as no other format has it. */
const SECTION =
  /^[ \t]*(backend|listen|frontend)[ \t]+[\w:.-]+([ \t]+from[ \t]+[\w:.-]+)?[ \t]*(#.*)?\r?$/m;

/** `haproxy.cfg`, a `.cfg` in a folder of HAProxy's, or any with sections of HAProxy's. */
export function recognises(path: string, text: string): boolean {
  const [name = "", folder = ""] = path.toLowerCase().split(/[/\\]/).reverse();
  if (/haproxy.*\.(cfg|conf)$/.test(name) || name === "haproxy") return true;
  if (!/\.(cfg|conf|txt)$/.test(name)) return false;
  return (folder === "haproxy" && name.endsWith(".cfg")) || SECTION.test(text);
}
