import { select } from "d3";
import type { Candidate, Decision } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setShown, setText } from "../element.ts";
import { formatFigure } from "../format.ts";
import type { Part } from "../part.ts";
import type { Spotlight } from "./spotlight.ts";

const EXCLUDED: Readonly<Record<NonNullable<Candidate["excluded"]>, string>> = {
  unhealthy: "unhealthy",
  unchecked: "not checked yet",
  draining: "draining",
  down: "down",
  tried: "tried already",
  failed: "failed too often",
  ejected: "ejected as an outlier",
  full: "all connections in use",
  backup: "a backup, not needed",
  "no-weight": "weight 0",
};

/** A decision records so many candidates at most. */
const MOST_RECORDED = 100;

/** Letters of a heading that do not make its column wide; what is longer is said below. */
const LONGEST_HEADING = 22;

/** The record of one pick: every candidate, why it could not be picked, and who won. */
export function decisionTable(spotlight?: Spotlight): Part<Decision> {
  const score = element("th", { scope: "col", class: "figure" }, "score");
  const body = element("tbody");
  const reason = element("p", { class: "reason" });
  const meaning = element("p", { class: "muted score-meaning" });
  const cut = element(
    "p",
    { class: "muted" },
    "Of more candidates only the first 100 are recorded.",
  );
  const scroll = element(
    "div",
    { class: "scroll", role: "region", "aria-label": "Candidates" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, "candidate"),
          element("th", { scope: "col", class: "figure" }, "weight"),
          element("th", { scope: "col", class: "figure", title: "Attempts under way" }, "busy"),
          score,
        ),
      ),
      body,
    ),
  );
  return {
    element: element("div", { class: "decision" }, scroll, meaning, cut, reason),
    update(decision) {
      const { candidates, winner } = decision;
      const [what = ""] = decision.score.split(",", 1);
      const short = what !== "" && what.length <= LONGEST_HEADING;
      setText(score, short ? what : "score");
      setAttribute(score, "title", decision.score);
      setText(meaning, `Score: ${decision.score}.`);
      setShown(meaning, !short && decision.score !== "");
      setShown(cut, candidates.length >= MOST_RECORDED);
      select(body)
        .selectAll<HTMLTableRowElement, Candidate>("tr")
        .data(candidates, (candidate) => candidate.instance)
        .join((enter) => enter.append(({ instance }) => candidateRow(instance, spotlight)))
        .order()
        .each(function (candidate) {
          const won = candidate.instance === winner;
          const look = won ? "won" : candidate.excluded ? "excluded" : "";
          setAttribute(
            this,
            "class",
            `${look}${spotlight?.classOf(candidate.instance) ?? ""}`.trim(),
          );
          const [name, weight, busy, figure] = this.cells;
          const excluded = candidate.excluded && EXCLUDED[candidate.excluded];
          const [label, note] = name?.children ?? [];
          if (label) setText(label, candidate.instance);
          if (note) setText(note, won ? "picked" : (excluded ?? ""));
          if (weight) setText(weight, formatFigure(candidate.weight));
          if (busy) setText(busy, formatFigure(candidate.inFlight));
          if (figure) setText(figure, formatFigure(candidate.score));
        });
      setText(reason, decision.reason);
    },
  };
}

function candidateRow(instance: string, spotlight: Spotlight | undefined): HTMLTableRowElement {
  const row = element(
    "tr",
    {},
    element("th", { scope: "row" }, element("span"), element("span", { class: "note" })),
    element("td", { class: "figure" }),
    element("td", { class: "figure" }),
    element("td", { class: "figure" }),
  );
  spotlight?.follow(row, () => instance);
  return row;
}
