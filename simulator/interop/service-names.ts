/** A name that a service may have, made of any name; not one of `taken`, to which it is added. */
export function serviceNameOf(name: string, taken: Set<string>): string {
  const dashed = name.replaceAll(/[^a-zA-Z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  const valid = (/^[a-z]/i.test(dashed) ? dashed : `service-${dashed}`).replace(/-$/, "");
  let unique = valid.slice(0, 63);
  for (let n = 2; taken.has(unique.toLowerCase()); n++) {
    unique = `${valid.slice(0, 56)}-${n}`;
  }
  taken.add(unique.toLowerCase());
  return unique;
}
