import { faultTargetText } from "../../simulator/protocol/fault-target.ts";
import { parseFaultFields, type FaultFieldTexts } from "../../simulator/protocol/fault-text.ts";
import {
  EDGE_FAULTS,
  FAULT_TITLES,
  type FaultField,
} from "../../simulator/protocol/fault-titles.ts";
import {
  PROCESS_FAULTS,
  type FaultKindId,
  type FaultTarget,
  type Snapshot,
} from "../../simulator/protocol/model.ts";
import { button, setEnabled } from "../controls/button.ts";
import { dropdown } from "../controls/dropdown.ts";
import { textField, type TextField } from "../controls/text-field.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import type { Desk, Part } from "../part.ts";
import { isExternal } from "../words.ts";
import { faultWhen } from "./fault-when.ts";

const DURATIONS = [
  { value: "5s", label: "for 5s" },
  { value: "15s", label: "for 15s" },
  { value: "1m", label: "for 1m" },
  { value: "", label: "until taken back" },
  { value: "other", label: "for another time…" },
];

const NOT_OURS =
  "Kill, Freeze and the like work on a process of Fuseboard's, and this is a program of yours that it did not start.";

/** Whether all that a fault would work on are programs that Fuseboard did not start. */
function areExternal(target: FaultTarget, { instances }: Snapshot): boolean {
  if ("from" in target) return false;
  const touched = Object.values(instances).filter(({ id, service }) =>
    "service" in target ? service === target.service : id === target.instance,
  );
  return touched.length > 0 && touched.every(isExternal);
}

/** The kinds that a target can have, in the order in which they are offered. */
export function kindsFor(target: FaultTarget, snapshot: Snapshot): FaultKindId[] {
  const notOurs = areExternal(target, snapshot);
  return (Object.keys(FAULT_TITLES) as FaultKindId[]).filter((kind) => {
    if (!snapshot.faultKinds.includes(kind)) return false;
    if ("from" in target) return EDGE_FAULTS.includes(kind);
    return kind !== "partition" && !(notOurs && PROCESS_FAULTS.includes(kind));
  });
}

/** Chooses a fault, its options, when it works and how long, and injects it. */
export function faultForm(target: FaultTarget, desk: Desk): Part {
  let kind: FaultKindId = "latency";
  let duration = "15s";
  const kinds = dropdown("Fault", (value) => {
    kind = FAULT_KINDS.find((one) => one === value) ?? kind;
    desk.redraw();
  });
  const detail = element("p", { class: "muted fault-detail" });
  const durations = dropdown("How long", (value) => {
    duration = value;
    desk.redraw();
  });
  const other = textField({
    label: "for",
    initial: "30s",
    title: "A duration such as 30s",
    width: 64,
  });
  const when = faultWhen();
  const fields = element("div", { class: "fault-fields" });
  let drawn: FaultKindId | undefined;
  let texts = new Map<FaultField["name"], TextField>();
  const drawFields = () => {
    if (drawn === kind) return;
    drawn = kind;
    texts = new Map(
      FAULT_TITLES[kind].fields.map(({ name, label, initial }) => [
        name,
        textField({ label, initial, above: true }),
      ]),
    );
    fields.replaceChildren(...[...texts.values()].map((field) => field.element));
    setShown(fields, texts.size > 0);
  };

  const inject = () => {
    const values: FaultFieldTexts = Object.fromEntries(
      [...texts].map(([name, field]) => [name, field.value()]),
    );
    const parsed = parseFaultFields(kind, values);
    for (const field of texts.values()) field.complain(undefined);
    if ("message" in parsed) texts.get(parsed.field)?.complain(parsed.message);
    const lasting = when.read(kind, duration === "other" ? other.value() : duration);
    const wrong = "message" in lasting ? lasting : undefined;
    other.complain(wrong?.field === "duration" ? wrong.message : undefined);
    if ("message" in parsed || "message" in lasting) return;
    desk.run(`inject the fault into ${faultTargetText(target)}`, () =>
      desk.client.request("injectFault", { target, fault: parsed.fault, ...lasting.when }),
    );
  };
  const injector = button({ label: "Inject", run: inject });
  const root = element(
    "div",
    { class: "fault-form", role: "group", "aria-label": "Inject a fault" },
    kinds.element,
    detail,
    fields,
    when.element,
    element("div", { class: "form-line" }, durations.element, other.element, injector),
  );
  root.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target instanceof HTMLInputElement) inject();
  });
  return {
    element: root,
    update({ snapshot }) {
      const options = kindsFor(target, snapshot);
      if (!options.includes(kind)) kind = options[0] ?? kind;
      kinds.update(
        options.map((value) => ({ value, label: FAULT_TITLES[value].label })),
        kind,
      );
      setAttribute(kinds.element, "title", areExternal(target, snapshot) ? NOT_OURS : undefined);
      setText(detail, `${FAULT_TITLES[kind].detail}.`);
      drawFields();
      durations.update(DURATIONS, duration);
      setShown(other.element, duration === "other");
      when.update({ kind, callers: callersOf(target, snapshot) });
      setEnabled(injector, snapshot.phase === "running" && options.length > 0);
    },
  };
}

const FAULT_KINDS = Object.keys(FAULT_TITLES) as FaultKindId[];

/** Services that call the target, as the cluster file says; of an edge only its own caller. */
function callersOf(target: FaultTarget, { services, instances }: Snapshot): string[] {
  if ("from" in target) return [target.from];
  const called = "service" in target ? target.service : instances[target.instance]?.service;
  return Object.values(services)
    .filter(({ spec }) => called !== undefined && spec.calls.includes(called))
    .map(({ name }) => name);
}
