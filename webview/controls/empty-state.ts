import type { InstanceState } from "../../simulator/protocol/model.ts";
import { select } from "d3";
import { element, setAttribute, setShown, setText } from "../element.ts";
import type { Connection } from "../state.ts";
import type { Desk, Part } from "../part.ts";
import { shapeIcon } from "../graph/shape-icon.ts";
import { conditionOf } from "../words.ts";
import { button } from "./button.ts";

interface Words {
  readonly title: string;
  readonly text: string;
  readonly action: "start" | "retry" | "none";
  readonly busy: boolean;
}

/** What is shown instead of a topology; `undefined` from {@link wordsFor} means: show it. */
export function emptyState(
  desk: Desk,
  retry: () => void,
): Part<Connection> & { covers(c: Connection): boolean } {
  const ring = document.createElement("vscode-progress-ring");
  const title = element("h2");
  const text = element("p");
  const list = element("ul", { class: "start-list", "aria-label": "Instances" });
  const start = button({
    label: "Start cluster",
    look: "primary",
    run: () => {
      desk.run("start the cluster", () => desk.host.startCluster());
    },
  });
  const again = button({ label: "Try again", look: "primary", run: retry });
  const box = element("div", { class: "empty-box" }, ring, title, text, list, start, again);
  const root = element("main", { class: "empty-state", "aria-live": "polite" }, box);
  return {
    element: root,
    covers: (connection) => wordsFor(connection) !== undefined,
    update(connection) {
      const words = wordsFor(connection);
      setShown(root, words !== undefined);
      if (!words) return;
      setText(title, words.title);
      setText(text, words.text);
      setShown(ring, words.busy);
      setShown(start, words.action === "start");
      setShown(again, words.action === "retry");
      const snapshot = connection.kind === "live" ? connection.snapshot : undefined;
      const starting = snapshot?.phase === "starting" ? Object.values(snapshot.instances) : [];
      setShown(list, starting.length > 0);
      select(list)
        .selectAll<HTMLLIElement, InstanceState>("li")
        .data(starting, (instance) => instance.id)
        .join((enter) => enter.append(() => startItem()))
        .each(function (instance) {
          const { shape, tone, word } = conditionOf(instance);
          const icon = icons.get(this);
          icon?.update(shape, tone);
          setAttribute(this, "class", `tone-${tone}`);
          const [, name, state] = this.children;
          if (name) setText(name, instance.id);
          if (state) setText(state, word);
        });
    },
  };
}

const icons = new WeakMap<HTMLElement, ReturnType<typeof shapeIcon>>();

function startItem(): HTMLLIElement {
  const icon = shapeIcon();
  const item = element(
    "li",
    {},
    icon.element,
    element("span"),
    element("span", { class: "muted" }),
  );
  icons.set(item, icon);
  return item;
}

function wordsFor(connection: Connection): Words | undefined {
  switch (connection.kind) {
    case "connecting":
      return { title: "Connecting…", text: "", action: "none", busy: true };
    case "lost":
      return {
        title: "Lost the connection",
        text: `The extension did not answer: ${connection.message}`,
        action: "retry",
        busy: false,
      };
    case "absent":
      return absent(connection.phase === "failed", connection.phase === "starting");
    case "live":
      break;
  }
  const { phase, failure, services, instances, name } = connection.snapshot;
  switch (phase) {
    case "starting": {
      const all = Object.values(instances);
      const healthy = all.filter((instance) => conditionOf(instance).serving).length;
      return {
        title: `Starting ${name}`,
        text:
          all.length > 0
            ? `${String(healthy)} of ${String(all.length)} instances of ${String(Object.keys(services).length)} services are healthy.`
            : "The registry and the gateway come first.",
        action: "none",
        busy: true,
      };
    }
    case "failed":
      return {
        title: `${name || "The cluster"} could not run`,
        text: failure ?? "The log says why: Fuseboard: Show Log.",
        action: "start",
        busy: false,
      };
    case "stopped":
      return { ...absent(false, false), title: `${name || "The cluster"} is stopped` };
    case "running":
    case "stopping":
      return undefined;
  }
}

function absent(failed: boolean, starting: boolean): Words {
  if (starting) {
    return { title: "Starting the cluster…", text: "", action: "none", busy: true };
  }
  return failed
    ? {
        title: "The simulator is gone",
        text: "It ended unexpectedly, and its instances with it. Fuseboard: Show Log says why.",
        action: "start",
        busy: false,
      }
    : {
        title: "No cluster is running",
        text: "Start it to see its registry, balancers and breakers at work.",
        action: "start",
        busy: false,
      };
}
