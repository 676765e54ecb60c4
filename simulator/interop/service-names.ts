/** As long as a service's name may be. */
const LONGEST = 63;

/**
 * A name that a service may have, made of any name: itself where it can be. Not one of `taken`, in
 * lower case, to which it is added.
 */
export function serviceNameOf(name: string, taken: Set<string>): string {
  const valid = /^[a-z][a-z0-9-]*$/i.test(name) ? name : validNameOf(name);
  let unique = valid.slice(0, LONGEST);
  for (let n = 2; taken.has(unique.toLowerCase()); n++) {
    const suffix = `-${n}`;
    unique = `${valid.slice(0, LONGEST - suffix.length)}${suffix}`;
  }
  taken.add(unique.toLowerCase());
  return unique;
}

function validNameOf(name: string): string {
  const dashed = name.replaceAll(/[^a-z0-9]+/gi, "-").replaceAll(/^-+|-+$/g, "");
  if (dashed === "") return "service";
  return /^[a-z]/i.test(dashed) ? dashed : `service-${dashed}`;
}
