type Link = readonly [from: string, to: string];

/**
 * Sorts boxes into layers: each is one layer after the deepest box that calls it; a call that
 * closes a circle does not count. Within a layer a box stands near those that call it.
 */
export function layers<B extends { readonly id: string }>(
  boxes: readonly B[],
  links: readonly Link[],
): B[][] {
  const known = new Set(boxes.map((box) => box.id));
  const targets = new Map<string, string[]>();
  const sources = new Map<string, string[]>();
  for (const [from, to] of links) {
    if (from === to || !known.has(from) || !known.has(to)) continue;
    targets.set(from, [...(targets.get(from) ?? []), to]);
    sources.set(to, [...(sources.get(to) ?? []), from]);
  }
  const depths = depthsOf(boxes, targets, sources);
  const result: B[][] = [];
  for (const box of boxes) (result[depths.get(box.id) ?? 0] ??= []).push(box);
  const filled = result.filter((layer) => layer.length > 0);
  const row = new Map<string, number>();
  for (const layer of filled) {
    const middle = (box: B): number => {
      const rows = (sources.get(box.id) ?? []).flatMap((id) => row.get(id) ?? []);
      return rows.length > 0 ? rows.reduce((a, b) => a + b, 0) / rows.length : 0;
    };
    const order = layer.map((box) => ({ box, middle: middle(box) }));
    order.sort((a, b) => a.middle - b.middle);
    layer.splice(0, layer.length, ...order.map(({ box }) => box));
    layer.forEach((box, i) => row.set(box.id, i - (layer.length - 1) / 2));
  }
  return filled;
}

function depthsOf(
  boxes: readonly { readonly id: string }[],
  targets: ReadonlyMap<string, readonly string[]>,
  sources: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  // Depth first from the roots finds an order in which all calls but the circular ones go forward.
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const target of targets.get(id) ?? []) visit(target);
    order.unshift(id);
  };
  const roots = boxes.filter((box) => !sources.has(box.id));
  for (const { id } of [...roots, ...boxes]) visit(id);
  const position = new Map(order.map((id, i) => [id, i]));
  const depths = new Map<string, number>();
  for (const id of order) {
    const forward = (sources.get(id) ?? []).filter(
      (source) => (position.get(source) ?? 0) < (position.get(id) ?? 0),
    );
    depths.set(id, Math.max(-1, ...forward.map((source) => depths.get(source) ?? 0)) + 1);
  }
  return depths;
}
