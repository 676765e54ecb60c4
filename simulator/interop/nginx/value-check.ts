import type { Directive } from "./parser.ts";
import type { Reading } from "./reading.ts";
import type { Scope } from "./scope.ts";
import { parseInteger, parseSize, parseTime } from "./values.ts";

/** Checks a directive with one value as nginx's `ngx_conf_set_*_slot` of its kind does. */
export function checkValue(
  reading: Reading,
  directive: Directive,
  scope: Scope,
  kind: string,
  again: boolean,
): void {
  if (kind === "-") return;
  const [{ text: name }, argument] = directive.words;
  const text = argument?.text ?? "";
  if (again) reading.refuse(`"${name}" directive is duplicate`, directive, scope);
  else if (kind === "flag" && !/^(on|off)$/i.test(text)) {
    const message = `invalid value "${text}" in "${name}" directive, it must be "on" or "off"`;
    reading.refuse(message, directive, scope, 1);
  } else if (kind === "num" && parseInteger(text) === undefined) {
    reading.refuse(`"${name}" directive invalid number`, directive, scope, 1);
  } else if (isInvalid(kind, text)) {
    reading.refuse(`"${name}" directive invalid value`, directive, scope, 1);
  }
}

function isInvalid(kind: string, text: string): boolean {
  switch (kind) {
    case "size":
      return parseSize(text, "km") === undefined;
    case "off":
      return parseSize(text, "kmg") === undefined;
    case "msec":
      return parseTime(text, "ms") === undefined;
    default:
      return false;
  }
}
