import { PROCESS_FAULTS, type FaultKindId } from "../../simulator/protocol/model.ts";
import { dropdown } from "../controls/dropdown.ts";
import { textField, type TextField } from "../controls/text-field.ts";
import { element, setShown } from "../element.ts";
import type { Part } from "../part.ts";
import { NO_CONDITIONS, parseWhen, type ParsedWhen, type WhenField } from "./fault-when-text.ts";

export interface WhenForm extends Part<{
  readonly kind: FaultKindId;
  /** Services whose functions may call. */
  readonly callers: readonly string[];
}> {
  /** Reads what was entered, and shows what is wrong with it. */
  read(kind: FaultKindId, duration: string): ParsedWhen;
}

const OUTSIDE = [
  { value: "load", label: "the load" },
  { value: "editor", label: "the editor" },
  { value: "external", label: "anyone else" },
];

/** Under which conditions a fault works: folded away until it is wanted. */
export function faultWhen(): WhenForm {
  let caller = "";
  const field = (label: string, placeholder: string, title: string) =>
    textField({ label, placeholder, title, above: true });
  const fields: Partial<Record<WhenField, TextField>> = {
    probability: field("Share of calls", "100%", "How many of the calls that match it touches"),
    seed: field("Seed", "another each time", "Makes chance the same each time"),
    path: field("Path", "any, such as /orders/*", "Path that the instance is asked for"),
    method: field("Method", "any", "Method of the call, such as POST"),
    header: field("Header", "any, such as X-User: 42", "A header that is there, with its value"),
    delay: field("Begins in", "0s", "A duration such as 5s"),
  };
  for (const wide of [fields.path, fields.header]) wide?.element.classList.add("wide");
  const callers = dropdown("Caller", (value) => {
    caller = value;
  });
  const callerField = element(
    "div",
    { class: "text-field above" },
    element("span", {}, "Caller"),
    callers.element,
  );
  const onCalls = element(
    "div",
    { class: "when-grid" },
    ...(["probability", "seed", "path", "method"] as const).flatMap(
      (name) => fields[name]?.element ?? [],
    ),
    callerField,
    ...(fields.header ? [fields.header.element] : []),
  );
  const root = element(
    "details",
    { class: "fold" },
    element("summary", {}, "When"),
    onCalls,
    element("div", { class: "when-grid" }, ...(fields.delay ? [fields.delay.element] : [])),
  );
  return {
    element: root,
    read(kind, duration) {
      const text = (name: WhenField) => fields[name]?.value() ?? "";
      const parsed = parseWhen(kind, {
        ...NO_CONDITIONS,
        probability: text("probability"),
        seed: text("seed"),
        path: text("path"),
        method: text("method"),
        header: text("header"),
        delay: text("delay"),
        caller,
        duration,
      });
      for (const one of Object.values(fields)) one.complain(undefined);
      if ("message" in parsed) {
        fields[parsed.field]?.complain(parsed.message);
        // What is wrong must be seen.
        if (fields[parsed.field]) root.open = true;
      }
      return parsed;
    },
    update({ kind, callers: services }) {
      setShown(onCalls, !PROCESS_FAULTS.includes(kind));
      const options = [
        { value: "", label: "anyone" },
        ...services.map((name) => ({ value: name, label: name })),
        ...OUTSIDE,
      ];
      if (!options.some(({ value }) => value === caller)) caller = "";
      callers.update(options, caller);
    },
  };
}
