import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layers } from "../../webview/graph/layers.ts";
import { layout, type Box, type Placement } from "../../webview/graph/layout.ts";

const GAPS = { callerGap: 80, columnGap: 116, rowGap: 40 };

const services = fc
  .array(
    fc.record({
      width: fc.integer({ min: 60, max: 260 }),
      height: fc.integer({ min: 40, max: 900 }),
    }),
    {
      minLength: 1,
      maxLength: 24,
    },
  )
  .map((sizes) => sizes.map((size, i): Box => ({ id: `service:s${i}`, kind: "service", ...size })));

const outside: readonly Box[] = [
  { id: "caller:editor", kind: "caller", width: 100, height: 36 },
  { id: "caller:load", kind: "caller", width: 100, height: 36 },
  { id: "caller:external", kind: "caller", width: 100, height: 36 },
  { id: "gateway", kind: "gateway", width: 136, height: 72 },
];

const graphs = services.chain((boxes) =>
  fc
    .array(fc.tuple(fc.nat(boxes.length - 1), fc.nat(boxes.length - 1)), { maxLength: 40 })
    .map((pairs) => ({
      boxes: [...outside, ...boxes],
      links: pairs.map(([a, b]): [string, string] => [`service:s${a}`, `service:s${b}`]),
    })),
);

function overlapping(boxes: readonly Box[], places: ReadonlyMap<string, Placement>): string[] {
  const found: string[] = [];
  for (const [i, a] of boxes.entries()) {
    for (const b of boxes.slice(i + 1)) {
      const p = places.get(a.id);
      const q = places.get(b.id);
      if (!p || !q || (p.pinned && q.pinned)) continue;
      const apart =
        p.x + a.width <= q.x ||
        q.x + b.width <= p.x ||
        p.y + a.height <= q.y ||
        q.y + b.height <= p.y;
      if (!apart) found.push(`${a.id} and ${b.id}`);
    }
  }
  return found;
}

describe("the layout of the graph", () => {
  it("lets no two boxes overlap, whatever calls what", () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        const places = layout(boxes, links, GAPS);
        expect(places.size).toBe(boxes.length);
        expect(overlapping(boxes, places)).toEqual([]);
      }),
    );
  });

  it("lets no two boxes overlap after boxes grew, came and were pinned elsewhere", () => {
    fc.assert(
      fc.property(
        graphs,
        fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 30, maxLength: 30 }),
        fc.integer({ min: -400, max: 400 }),
        ({ boxes, links }, growth, shift) => {
          const [first, ...rest] = boxes;
          const known = layout(rest, links, GAPS);
          const moved = rest.at(-1);
          const at = moved && known.get(moved.id);
          if (moved && at) known.set(moved.id, { x: at.x + shift, y: at.y - shift, pinned: true });
          const grown = [...(first ? [first] : []), ...rest].map((box, i) => ({
            ...box,
            height: box.height + (growth[i] ?? 0),
          }));
          const places = layout(grown, links, GAPS, known);
          expect(overlapping(grown, places)).toEqual([]);
          if (moved) expect(places.get(moved.id)).toEqual(known.get(moved.id));
        },
      ),
    );
  });

  it("keeps every place when nothing changed", () => {
    fc.assert(
      fc.property(graphs, ({ boxes, links }) => {
        const places = layout(boxes, links, GAPS);
        expect(layout(boxes, links, GAPS, places)).toEqual(places);
      }),
    );
  });

  it("moves nobody when a caller calls for the first time", () => {
    const boxes: Box[] = [
      { id: "gateway", kind: "gateway", width: 136, height: 72 },
      { id: "service:a", kind: "service", width: 200, height: 160 },
    ];
    const links: [string, string][] = [["gateway", "service:a"]];
    const before = layout(boxes, links, GAPS);
    const after = layout([...boxes, ...outside.slice(0, 1)], links, GAPS, before);
    for (const [id, place] of before) expect(after.get(id)).toEqual(place);
  });

  it("puts callees right of their callers, circles apart", () => {
    const ids = (boxes: { id: string }[][]) => boxes.map((layer) => layer.map((box) => box.id));
    const boxes = ["payments", "inventory", "checkout"].map((id) => ({ id }));
    expect(
      ids(
        layers(boxes, [
          ["checkout", "inventory"],
          ["checkout", "payments"],
          ["payments", "checkout"],
        ]),
      ),
    ).toHaveLength(3);
    expect(
      ids(
        layers(boxes, [
          ["checkout", "inventory"],
          ["checkout", "payments"],
        ]),
      ),
    ).toEqual([["checkout"], ["payments", "inventory"]]);
  });
});
