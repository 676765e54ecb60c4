/**
 * nginx's `$uri`: the path without arguments, `%xx` decoded, `//` merged, `.` and `..` resolved,
 * after `ngx_http_parse_complex_uri`. Empty where nginx answers 400.
 */
export function normalizedPath(uri: string): string {
  const decoded = decodedPath(uri);
  if (decoded?.startsWith("/") !== true) return "";
  const segments: string[] = [];
  const parts = decoded.split("/").slice(1);
  for (const [i, part] of parts.entries()) {
    const isLast = i === parts.length - 1;
    if (part === "..") {
      if (segments.pop() === undefined) return "";
    } else if (part !== "." && part !== "") {
      segments.push(part);
      continue;
    }
    // What ends in a slash, or resolves to it, stays a folder.
    if (isLast) segments.push("");
  }
  return `/${segments.join("/")}`;
}

/** The path with `%xx` decoded to one character a byte; undefined when it is not well-formed. */
function decodedPath(uri: string): string | undefined {
  const path = /^[^?#]*/.exec(uri)?.[0] ?? "";
  if (!path.includes("%")) return path;
  if (/%(?![0-9a-f]{2})|%00/i.test(path)) return undefined;
  return path.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
