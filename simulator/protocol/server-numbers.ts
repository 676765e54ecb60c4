/**
 * The numeric ids of HAProxy's servers in their order, after its `check_config_validity`: their own
 * `id` where they have one; the others get the next that is free, counting on with every server.
 */
export function serverNumbers(ids: readonly (number | undefined)[]): number[] {
  const taken = new Set(ids.filter((id) => id !== undefined));
  let next = 1;
  return ids.map((id) => {
    if (id === undefined) while (taken.has(next)) next++;
    const number = id ?? next;
    taken.add(number);
    next++;
    return number;
  });
}
