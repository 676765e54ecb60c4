/** What an expression of Go is, as far as it can be told without running it. */
export type GoValue =
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "integer"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | GoUnknown;
/** Why it cannot be told, to follow "because". */
export interface GoUnknown {
  readonly kind: "unknown";
  readonly why: string;
}

export const unknown = (why: string): GoUnknown => ({ kind: "unknown", why });

/** Beyond what any integer type of Go holds. */
const MOST = 2n ** 63n;

/** An integer, if a type of Go could hold it. */
export function integer(value: bigint): GoValue {
  return value >= -MOST && value < MOST
    ? { kind: "integer", value }
    : unknown("it overflows every integer type");
}

/** `0x1F`, `1_000`, `017`: undefined when it is no integer of Go. */
export function parseInteger(text: string): bigint | undefined {
  const digits = text.replaceAll("_", "").toLowerCase();
  // Before Go 1.13, and still, a leading 0 alone means octal.
  const known = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
  return /^(0x[0-9a-f]+|0o[0-7]+|0b[01]+|\d+)$/.test(known) ? BigInt(known) : undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", '"': '"', "'": "'" },
};

/** The text between quotes or backquotes, its escapes resolved; undefined when it is broken. */
export function parseString(literal: string): string | undefined {
  const quote = literal[0];
  if (literal.length < 2 || literal.at(-1) !== quote) return undefined;
  const inner = literal.slice(1, -1);
  if (quote === "`") return inner.replaceAll("\r", "");
  if (quote !== '"') return undefined;
  const characters = [...inner.matchAll(CHARACTER)].map(characterOf);
  return characters.every((each) => each !== undefined) ? characters.join("") : undefined;
}

/** One character, or one escape; a lone backslash last. */
const CHARACTER =
  /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([abfnrtv\\"']))|[^\\]|\\/gsu;

/** What an escape stands for; undefined when there is no such one. */
function characterOf([whole, x, u, U, octal, named]: RegExpMatchArray): string | undefined {
  if (named !== undefined) return ESCAPES[named];
  const code = x ?? u ?? U ?? octal;
  if (code === undefined) return whole === "\\" ? undefined : whole;
  const point = Number.parseInt(code, octal === undefined ? 16 : 8);
  return point <= 0x10_ff_ff ? String.fromCodePoint(point) : undefined;
}

/** The sum, difference, product, … of two values. */
export function combine(operator: string, left: GoValue, right: GoValue): GoValue {
  if (left.kind === "unknown") return left;
  if (right.kind === "unknown") return right;
  if (left.kind === "string" || right.kind === "string") {
    return operator === "+" && left.kind === "string" && right.kind === "string"
      ? { kind: "string", value: left.value + right.value }
      : unknown(`\`${operator}\` is no operator of such values`);
  }
  if (left.kind === "integer" && right.kind === "integer") {
    return integers(operator, left.value, right.value);
  }
  const [a, b] = [Number(left.value), Number(right.value)];
  const results: Record<string, number> = { "+": a + b, "-": a - b, "*": a * b, "/": a / b };
  const value = results[operator];
  return value !== undefined && Number.isFinite(value)
    ? { kind: "float", value }
    : unknown(`\`${operator}\` is not worked out here`);
}

function integers(operator: string, a: bigint, b: bigint): GoValue {
  switch (operator) {
    case "+":
      return integer(a + b);
    case "-":
      return integer(a - b);
    case "*":
      return integer(a * b);
    case "/":
      return b === 0n ? unknown("it divides by 0") : integer(a / b);
    case "%":
      return b === 0n ? unknown("it divides by 0") : integer(a % b);
    case "<<":
      return b >= 0n && b < 64n ? integer(a << b) : unknown("it overflows every integer type");
    case ">>":
      return b >= 0n && b < 64n ? integer(a >> b) : unknown("it shifts too far");
    default:
      return unknown(`\`${operator}\` is not worked out here`);
  }
}

/** The value as `int(…)` and its like make it: cut towards 0. */
export function toInteger(value: GoValue): GoValue {
  if (value.kind === "float") return integer(BigInt(Math.trunc(value.value)));
  return value.kind === "string" ? unknown("it is text") : value;
}

/** The value as `float64(…)` makes it. */
export function toFloat(value: GoValue): GoValue {
  if (value.kind === "integer") return { kind: "float", value: Number(value.value) };
  return value.kind === "string" ? unknown("it is text") : value;
}
