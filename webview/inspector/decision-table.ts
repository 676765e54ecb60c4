import { select } from "d3";
import type { Candidate, Decision } from "../../simulator/protocol/model.ts";
import { element, setAttribute, setText } from "../element.ts";
import type { Part } from "../part.ts";

const EXCLUDED: Readonly<Record<NonNullable<Candidate["excluded"]>, string>> = {
  unhealthy: "unhealthy",
  unchecked: "not checked yet",
  draining: "draining",
  down: "down",
  tried: "tried already",
  failed: "failed too often",
  ejected: "ejected",
  full: "full",
  backup: "a backup",
  "no-weight": "weight 0",
};

/** The record of one pick: every candidate, why it could not be picked, and who won. */
export function decisionTable(): Part<Decision> {
  const score = element("th", { scope: "col", class: "figure" }, "score");
  const body = element("tbody");
  const reason = element("p", { class: "reason" });
  const root = element(
    "div",
    { class: "decision" },
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
          element("th", { scope: "col", class: "figure" }, "busy"),
          score,
        ),
      ),
      body,
    ),
    reason,
  );
  return {
    element: root,
    update(decision) {
      const [what] = decision.score.split(",", 1);
      setText(score, what ?? "score");
      setAttribute(score, "title", decision.score);
      select(body)
        .selectAll<HTMLTableRowElement, Candidate>("tr")
        .data(decision.candidates, (candidate) => candidate.instance)
        .join((enter) => enter.append(() => candidateRow()))
        .order()
        .each(function (candidate) {
          const won = candidate.instance === decision.winner;
          setAttribute(this, "class", won ? "won" : candidate.excluded ? "excluded" : undefined);
          const [name, weight, busy, figure] = this.cells;
          const excluded = candidate.excluded && EXCLUDED[candidate.excluded];
          const [label, note] = name?.children ?? [];
          if (label) setText(label, candidate.instance);
          if (note) setText(note, excluded ?? (won ? "picked" : ""));
          if (weight) setText(weight, String(candidate.weight));
          if (busy) setText(busy, String(candidate.inFlight));
          if (figure) setText(figure, scoreText(candidate.score));
        });
      setText(reason, decision.reason);
    },
  };
}

function candidateRow(): HTMLTableRowElement {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, element("span"), element("span", { class: "note" })),
    element("td", { class: "figure" }),
    element("td", { class: "figure" }),
    element("td", { class: "figure" }),
  );
}

function scoreText(score: number | undefined): string {
  if (score === undefined) return "–";
  const text = Number.isInteger(score) ? String(score) : score.toFixed(2);
  return text.replace("-", "−");
}
