import { DEFAULT_CLIENTS, type LoadShape, type LoadState } from "../../simulator/protocol/model.ts";
import { Json, type JsonValue } from "../../simulator/protocol/spec.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatCount } from "../format.ts";
import type { Desk, Moment, Part } from "../part.ts";
import type { ViewState } from "../view-state.ts";
import { button, setEnabled } from "./button.ts";
import { dropdown } from "./dropdown.ts";
import { numberField } from "./number-field.ts";
import { payloadEditor } from "./payload-editor.ts";
import { segments } from "./segments.ts";
import { slider } from "./slider.ts";

type LoadView = ViewState["load"];

const MOST_PER_SECOND = 2000;
const MOST_CALLERS = 200;
const MOST_CLIENTS = 1_000_000;
const NO_PAYLOAD = "{}";

/** Starts, changes and stops the load on a service; changes take effect while it runs. */
export function loadControl(desk: Desk): Part {
  let moment: Moment | undefined;
  let chosen = "";

  const running = (): LoadState | undefined => moment?.snapshot.loads[chosen];
  /** Payloads that the extension knows of, by service; asked for once each. */
  const offered = new Map<string, string>();
  const offer = (service: string) => {
    if (service === "" || offered.has(service)) return;
    offered.set(service, NO_PAYLOAD);
    desk.run(`find a payload for ${service}`, async () => {
      offered.set(service, (await desk.host.payload(service)) ?? NO_PAYLOAD);
      desk.redraw();
    });
  };
  const text = () => payloadText(moment, chosen) ?? offered.get(chosen) ?? NO_PAYLOAD;
  const set = (change: Partial<LoadView>) => {
    if (moment) desk.change({ load: { ...moment.view.load, ...change } });
  };
  const send = (load: LoadView, payload: JsonValue) => {
    const service = chosen;
    desk.run(`put load on ${service}`, () =>
      desk.client.request("setLoad", { service, shape: shapeOf(load), payload }),
    );
  };
  /** What the controls show: the load that runs, whoever started it, or what was set up. */
  const shown = ({ view }: Moment): LoadView => {
    const load = running();
    return load ? { ...view.load, ...viewOf(load.shape) } : view.load;
  };
  /** Changes the load that runs along with the controls. */
  const adjust = (change: Partial<LoadView>) => {
    if (!moment) return;
    const next = { ...shown(moment), ...change };
    set(next);
    const load = running();
    if (load) send(next, load.payload);
  };

  const service = dropdown("Service under load", (value) => {
    set({ service: value });
  });
  const kind = segments<LoadView["kind"]>(
    "How calls are made",
    [
      { value: "open", label: "Open", title: "Calls start at a rate, whatever the answers do" },
      { value: "closed", label: "Closed", title: "So many callers, each waits for its answer" },
    ],
    (value) => {
      adjust({ kind: value });
    },
  );
  const rate = slider("Calls per second", MOST_PER_SECOND, (perSecond) => {
    adjust({ perSecond });
  });
  const callers = slider("Callers", MOST_CALLERS, (count) => {
    adjust({ callers: count });
  });
  const figure = element("output", { class: "load-figure" });
  const clients = numberField({
    label: "from",
    unit: "clients",
    name: "Number of clients",
    title:
      "Calls come from so many addresses. Algorithms that hash the client's address, such as ip_hash and source, spread addresses and not calls: of few clients, shares are uneven.",
    initial: DEFAULT_CLIENTS,
    least: 1,
    most: MOST_CLIENTS,
    whole: true,
    changed: (count) => {
      adjust({ clients: count });
    },
  });
  const payload = payloadEditor({
    changed: (text) => {
      if (!moment) return;
      set({ payloads: { ...moment.view.load.payloads, [chosen]: text } });
      const parsed = parsePayload(text);
      if (running() && parsed.ok) send(shown(moment), parsed.value);
    },
    poisson: (on) => {
      adjust({ arrivals: on ? "poisson" : "constant" });
    },
  });

  const start = button({
    label: "Start load",
    look: "primary",
    run: () => {
      const parsed = parsePayload(text());
      if (parsed.ok && moment) send(moment.view.load, parsed.value);
      else desk.run("start the load", () => Promise.reject(new Error("The payload is not JSON.")));
    },
  });
  const stop = button({
    label: "Stop load",
    run: () => {
      const from = chosen;
      desk.run(`stop the load on ${from}`, () =>
        desk.client.request("stopLoad", { service: from }),
      );
    },
  });
  const root = element(
    "div",
    { class: "load", role: "group", "aria-label": "Load" },
    element("span", { class: "load-label" }, "Load"),
    service.element,
    kind.element,
    rate.element,
    callers.element,
    figure,
    clients.element,
    payload.element,
    start,
    stop,
  );
  return {
    element: root,
    update(now) {
      moment = now;
      const names = Object.keys(now.snapshot.services);
      const loaded = Object.keys(now.snapshot.loads)[0];
      const wanted = now.view.load.service;
      chosen = wanted !== undefined && names.includes(wanted) ? wanted : (loaded ?? entryOf(now));
      const load = running();
      const view = shown(now);
      service.update(
        names.map((name) => ({ value: name, label: name })),
        chosen,
      );
      kind.update(view.kind);
      setShown(rate.element, view.kind === "open");
      setShown(callers.element, view.kind === "closed");
      rate.update(view.perSecond);
      callers.update(view.callers);
      setText(
        figure,
        view.kind === "open"
          ? `${formatCount(view.perSecond)} calls/s`
          : `${formatCount(view.callers)} caller${view.callers === 1 ? "" : "s"}`,
      );
      clients.update(view.clients);
      offer(chosen);
      payload.update({
        text: text(),
        poisson: view.arrivals === "poisson",
        open: view.kind === "open",
      });
      setShown(start, !load);
      setShown(stop, load !== undefined);
      setEnabled(start, now.snapshot.phase === "running" && parsePayload(text()).ok);
      setAttribute(root, "class", load ? "load running" : "load");
    },
  };
}

/** The first service that no other one calls: most likely the one to call from outside. */
function entryOf({ snapshot }: Moment): string {
  const services = Object.values(snapshot.services);
  const called = new Set(services.flatMap(({ spec }) => spec.calls));
  return services.find(({ name }) => !called.has(name))?.name ?? services[0]?.name ?? "";
}

/** What was typed for a service, or what its load sends. */
function payloadText(moment: Moment | undefined, service: string): string | undefined {
  const typed = moment?.view.load.payloads[service];
  if (typed !== undefined) return typed;
  const running = moment?.snapshot.loads[service];
  return running && JSON.stringify(running.payload);
}

function parsePayload(text: string): { ok: true; value: JsonValue } | { ok: false } {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value: Json.parse(value) };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false };
    throw error;
  }
}

function shapeOf({ kind, arrivals, perSecond, callers, clients }: LoadView): LoadShape {
  return kind === "open"
    ? { kind, arrivals, perSecond, clients }
    : { kind, callers, pauseMs: 0, clients };
}

function viewOf(shape: LoadShape): Partial<LoadView> {
  const { kind, clients = DEFAULT_CLIENTS } = shape;
  return kind === "open"
    ? { kind, arrivals: shape.arrivals, perSecond: shape.perSecond, clients }
    : { kind, callers: shape.callers, clients };
}
