import { describe, expect, it } from "vitest";
import { edgePath, fallbackPath, type Rect } from "../../webview/graph/edge-path.ts";

const ALONE = { outIndex: 0, outCount: 1, inIndex: 0, inCount: 1 };
const from: Rect = { x: 0, y: 0, width: 100, height: 60 };
const shares = Array.from({ length: 101 }, (_, i) => i / 100);

function crosses(path: ReturnType<typeof edgePath>, box: Rect): boolean {
  return shares.some((share) => {
    const { x, y } = path.at(share);
    return x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height;
  });
}

describe("the course of an edge", () => {
  it.each([-120, 0, 150])("begins and ends at the boxes' sides, %d px apart in height", (y) => {
    const path = edgePath(from, { x: 300, y, width: 100, height: 60 }, ALONE);
    expect(path.at(0)).toEqual({ x: 100, y: 30 });
    expect(path.at(1)).toEqual({ x: 300, y: y + 30 });
  });

  it.each([-90, -20, 0, 40])("goes around the boxes between, the target at %d", (y) => {
    const between = [
      { x: 200, y: -60, width: 150, height: 130 },
      { x: 200, y: 90, width: 150, height: 130 },
    ];
    const to = { x: 500, y, width: 100, height: 60 };
    const path = edgePath(from, to, ALONE, between);
    expect(between.filter((box) => crosses(path, box))).toEqual([]);
    expect(between.filter((box) => crosses(edgePath(from, to, ALONE), box))).not.toEqual([]);
    expect(path.at(1).x).toBeCloseTo(500);
    expect(path.at(1).y).toBeCloseTo(y + 30);
  });

  it("passes boxes that are not in its way straight", () => {
    const to = { x: 500, y: 0, width: 100, height: 60 };
    const aside = { x: 200, y: 200, width: 150, height: 100 };
    expect(edgePath(from, to, ALONE, [aside]).d).toBe(edgePath(from, to, ALONE).d);
  });

  it("puts a label that would not fit between the boxes past the line's far end", () => {
    const near = edgePath(from, { x: 140, y: 40, width: 100, height: 60 }, ALONE);
    expect(near.label).toMatchObject({ x: 120, anchor: "middle" });
    expect(near.label.y).toBeGreaterThan(70);
    const above = edgePath(from, { x: 140, y: -40, width: 100, height: 60 }, ALONE);
    expect(above.label).toMatchObject({ x: 120, anchor: "middle" });
    expect(above.label.y).toBeLessThan(-10);
    const far = edgePath(from, { x: 300, y: 200, width: 100, height: 60 }, ALONE);
    expect(far.label.anchor).toBe("start");
  });

  it("keeps a fallback's curve and label off the boxes under its caller", () => {
    const under = { x: 0, y: 80, width: 100, height: 200 };
    const to = { x: 216, y: 80, width: 100, height: 200 };
    const path = fallbackPath(from, to, true, [under]);
    expect(crosses(fallbackPath(from, to, true), under)).toBe(true);
    expect(crosses(path, under)).toBe(false);
    expect(path.label).toMatchObject({ x: 158, anchor: "middle" });
  });
});
