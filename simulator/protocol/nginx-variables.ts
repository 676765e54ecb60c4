/* Texts with nginx's variables, such as `$host$request_uri` or `user-${arg_id}`. */

/** A piece of such a text: as it stands, or a variable's name in lower case. */
export type TextPart = { readonly literal: string } | { readonly variable: string };

/** Variables that a call can answer. Besides: `arg_…`, `http_…` and `cookie_…`. */
export const CALL_VARIABLES = [
  "remote_addr",
  "binary_remote_addr",
  "request_uri",
  "uri",
  "document_uri",
  "args",
  "query_string",
  "is_args",
  "request_method",
  "host",
  "scheme",
] as const;
export type CallVariable = (typeof CALL_VARIABLES)[number];

const PREFIXES = /^(arg|http|cookie)_./;

/** The parts of a text, or nginx's complaint about it. */
export function textParts(text: string): readonly TextPart[] | string {
  const parts: TextPart[] = [];
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf("$", at);
    if (dollar !== at) {
      parts.push({ literal: text.slice(at, dollar < 0 ? undefined : dollar) });
      if (dollar < 0) break;
    }
    const [whole = "", open = "", name = ""] =
      /^\$(\{?)([1-9]|[a-z0-9_]*)/i.exec(text.slice(dollar)) ?? [];
    if (name === "") return "invalid variable name";
    at = dollar + whole.length;
    if (open !== "" && text.charAt(at) !== "}") {
      return `the closing bracket in "${name}" variable is missing`;
    }
    if (open !== "") at++;
    parts.push({ variable: name.toLowerCase() });
  }
  return parts;
}

/** Whether a call has a value for the variable; the others are empty. */
export function isCallVariable(name: string): boolean {
  return PREFIXES.test(name) || CALL_VARIABLES.some((known) => known === name);
}

/** nginx's complaint about a text that cannot be the key of a hash; undefined: it can. */
export function keyMistake(text: string): string | undefined {
  const parts = textParts(text);
  return typeof parts === "string" ? `nginx: ${parts}.` : undefined;
}
