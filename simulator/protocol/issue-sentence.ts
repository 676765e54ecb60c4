import type { z } from "zod";

/** What is wrong with a value, in one sentence without zod's own words for it. */
export function issueSentence(issue: z.core.$ZodIssue): string {
  const text = issue.message
    .replace(/^Invalid (input|option|discriminator value)[:.] /, "")
    .replace(/^expected record,/, "expected object,");
  if (issue.code === "invalid_type" && issue.expected === "int") return "Expected a whole number.";
  // A sentence of the schema's own.
  if (text.startsWith("Expected ")) return ended(text);
  if (issue.code === "invalid_value") return `Expected one of ${issue.values.join(", ")}.`;
  if (issue.code === "too_small" && isNumber(issue.origin)) {
    const { minimum, inclusive = true } = issue;
    return inclusive ? `Expected ${minimum} or more.` : `Expected more than ${minimum}.`;
  }
  if (issue.code === "too_big" && isNumber(issue.origin)) {
    const { maximum, inclusive = true } = issue;
    return inclusive ? `Expected at most ${maximum}.` : `Expected less than ${maximum}.`;
  }
  if (text.endsWith("received undefined")) return "It is missing.";
  return ended(`${text.charAt(0).toUpperCase()}${text.slice(1)}`);
}

/** The same after the name of the value that is wrong, when it is not the whole. */
export function namedIssue(issue: z.core.$ZodIssue): string {
  const name = issue.path.length === 0 ? "" : `"${issue.path.join(".")}": `;
  return `${name}${issueSentence(issue)}`;
}

function isNumber(origin: string): boolean {
  return origin === "number" || origin === "int";
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
