import type { Directive } from "./parser.ts";
import { placeOf, type Reading } from "./reading.ts";
import type { Pass, Scope } from "./scope.ts";
import { parseAddress } from "./server-address.ts";
import { variablesOf } from "./variables.ts";

const PROTOCOL = /^(proxy|grpc|fastcgi|uwsgi|scgi|memcached)_pass$/;
/** Schemes that may stand before the name; `proxy_pass` needs one. */
const SCHEME: Readonly<Record<string, RegExp>> = {
  proxy: /^https?:\/\//i,
  grpc: /^grpcs?:\/\//i,
  uwsgi: /^suwsgi:\/\//i,
};
const NO_URI =
  '"proxy_pass" cannot have URI part in location given by regular expression, or inside named ' +
  'location, or inside "if" statement, or inside "limit_except" block';

/** Reads `proxy_pass` and its likes: who uses which upstream. */
export function readPass(reading: Reading, directive: Directive, scope: Scope): void {
  const [{ text: name }, { text: url } = { text: "" }] = directive.words;
  const protocol = PROTOCOL.exec(name)?.[1];
  if (protocol === undefined) return;
  const refuse = (message: string, argument = 1): undefined => {
    reading.refuse(message, directive, scope, argument);
  };
  if ((scope.settings.get(name)?.length ?? 0) > 1) {
    refuse(`"${name}" directive is duplicate`, 0);
    return;
  }
  if (url.includes("$")) {
    readVariables(reading, directive, url, refuse);
    return;
  }
  const scheme = SCHEME[protocol]?.exec(url)?.[0] ?? "";
  if (protocol === "proxy" && scheme === "") {
    refuse("invalid URL prefix");
    return;
  }
  const rest = url.slice(scheme.length);
  const address = parseAddress(rest, protocol === "proxy");
  if (typeof address === "string") {
    refuse(`${address} in upstream "${rest}"`);
    return;
  }
  const target = address.host.toLowerCase();
  const upstream = reading.upstreams.get(target);
  if (upstream && address.port !== undefined) {
    refuse(`upstream "${address.host}" may not have port ${address.port}`);
    return;
  }
  if (address.uri !== "" && refusesUri(scope)) {
    refuse(NO_URI);
    return;
  }
  const pass: Pass = { protocol, directive, scope, port: address.port };
  const others = reading.passes.get(target);
  if (others) others.push(pass);
  else reading.passes.set(target, [pass]);
}

/** Without a prefix of its own a place does not know which part of the path to replace. */
function refusesUri({ context, location }: Scope): boolean {
  return context !== "l" || location?.kind === "expression" || location?.kind === "named";
}

function readVariables(
  reading: Reading,
  directive: Directive,
  url: string,
  refuse: (message: string) => undefined,
): void {
  const variables = variablesOf(url);
  if (typeof variables === "string") {
    refuse(variables);
    return;
  }
  const message =
    "the upstream is chosen for each request by a variable, which is not simulated; " +
    "nearest: the name of one upstream";
  reading.report("warning", message, placeOf(directive, 1));
}
