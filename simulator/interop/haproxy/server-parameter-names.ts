import { hasRelease } from "../../kernel/release.ts";

/*
 * The parameters of `server`: how many words follow, and what HAProxy 2.6 says when none does.
 */

const LONE = `agent-check allow-0rtt backup check check-send-proxy check-ssl check-via-socks4 disabled enabled
  force-sslv3 force-tlsv10 force-tlsv11 force-tlsv12 force-tlsv13 no-agent-check no-backup no-check
  no-check-send-proxy no-check-ssl no-send-proxy no-send-proxy-v2 no-send-proxy-v2-ssl
  no-send-proxy-v2-ssl-cn no-ssl no-ssl-reuse no-sslv3 no-tfo no-tls-tickets no-tlsv10 no-tlsv11
  no-tlsv12 no-tlsv13 non-stick send-proxy send-proxy-v2 send-proxy-v2-ssl send-proxy-v2-ssl-cn ssl
  ssl-reuse stick tfo tls-tickets usesrc`;

const WITH_VALUE: Readonly<Record<string, string | undefined>> = {
  addr: "'addr' expects <ipv4|ipv6> as argument..",
  "agent-addr": "'agent-addr' expects an address as argument..",
  "agent-inter": "'agent-inter' expects a delay as argument..",
  "agent-port": "'agent-port' expects a port number as argument..",
  "agent-send": "'agent-send' expects a string as argument..",
  alpn: "'alpn' : missing the comma-delimited ALPN protocol suite.",
  "ca-file": "'ca-file' : missing CAfile path.",
  "check-alpn": "'check-alpn' : missing the comma-delimited ALPN protocol suite.",
  "check-proto": "'check-proto' : missing value.",
  "check-sni": "'check-sni' : missing SNI.",
  ciphers: "'ciphers' : missing cipher suite.",
  ciphersuites: "'ciphersuites' : missing cipher suite.",
  cookie: "'cookie' expects <value> as argument..",
  "crl-file": "'crl-file' : missing CRLfile path.",
  crt: "'crt' : missing certificate file path.",
  downinter: "'downinter' expects a delay as argument..",
  "error-limit": "'error-limit' expects an integer argument..",
  fall: "'fall' expects an integer argument..",
  fastinter: "'fastinter' expects a delay as argument..",
  id: "'id' : expects an integer argument.",
  "init-addr": undefined,
  inter: "'inter' expects a delay as argument..",
  "log-proto": "'log-proto' expects one of 'legacy' or 'octet-count' but got ''.",
  "max-reuse": "'max-reuse' expects <value> as argument..",
  maxconn: undefined,
  maxqueue: undefined,
  minconn: undefined,
  namespace: "'namespace' : expects <name> as argument.",
  npn: "'npn' : missing the comma-delimited NPN protocol suite.",
  observe: "'observe' expects <mode> as argument..",
  "on-error": undefined,
  "on-marked-down": "'on-marked-down' expects 'shutdown-sessions' but got ''.",
  "on-marked-up": "'on-marked-up' expects 'shutdown-backup-sessions' but got ''.",
  "pool-low-conn": "'pool-low-conn' expects <value> as argument..",
  "pool-max-conn": "'pool-max-conn' expects <value> as argument..",
  "pool-purge-delay": "'pool-purge-delay' expects <value> as argument..",
  port: "'port' expects a port number as argument..",
  proto: "'proto' : missing value.",
  "proxy-v2-options": "'' : proxy v2 option not implemented.",
  redir: "'redir' expects <prefix> as argument..",
  "resolve-net": "'resolve-net' expects a list of networks..",
  "resolve-opts": undefined,
  "resolve-prefer": "'resolve-prefer' expects either ipv4 or ipv6 as argument..",
  resolvers: undefined,
  rise: "'rise' expects an integer argument..",
  slowstart: undefined,
  sni: "'sni' : missing sni expression.",
  socks4: "'socks4' expects <addr>:<port> as argument..",
  source:
    "'source' expects <addr>[:<port>[-<port>]], and optionally 'usesrc' <addr>, and 'interface' <name> as argument..",
  "ssl-max-ver": "'ssl-max-ver' : missing the ssl/tls version.",
  "ssl-min-ver": "'ssl-min-ver' : missing the ssl/tls version.",
  "tcp-ut": "'tcp-ut' : missing TCP User Timeout value.",
  track: "'track' expects [<proxy>/]<server> as argument..",
  verify: "'verify' : missing verify method.",
  verifyhost: "'verifyhost' : missing hostname to verify against.",
  weight: undefined,
  ws: "'ws' has to be 'auto', 'h1' or 'h2'.",
};

/** Parameters that came after 2.6, with their release; all but the last three have a value. */
const SINCE: Readonly<Record<string, string>> = {
  "client-sigalgs": "2.8",
  sigalgs: "2.8",
  curves: "2.9",
  "set-proxy-v2-tlv-fmt": "2.9",
  guid: "3.0",
  "hash-key": "3.0",
  "log-bufsize": "3.0",
  "pool-conn-name": "3.0",
  "init-state": "3.1",
  "check-pool-conn-name": "3.2",
  "idle-ping": "3.2",
  ktls: "3.3",
  cc: "3.3",
  "check-reuse-pool": "3.2",
  "no-check-reuse-pool": "3.2",
  "strict-maxconn": "3.2",
};
const LONE_SINCE = new Set(["check-reuse-pool", "no-check-reuse-pool", "strict-maxconn"]);

/** Values of parameters that HAProxy proposes for a mistyped one too. */
export const PROPOSED_VALUES: readonly string[] = [
  "ipv4",
  "ipv6",
  "legacy",
  "octet-count",
  "fail-check",
  "sudden-death",
  "mark-down",
];

/** Those that `default-server` passes over, with a message. */
export const NOT_IN_DEFAULT_SERVER: ReadonlySet<string> = new Set([
  "id",
  "no-sslv3",
  "no-tlsv10",
  "no-tlsv11",
  "no-tlsv12",
  "no-tlsv13",
]);

export interface ParameterName {
  readonly takesValue: boolean;
  /** HAProxy's message when the value is missing; undefined when it minds not, or says it itself. */
  readonly missing?: string;
}

const OLD: ReadonlyMap<string, ParameterName> = new Map([
  ...Object.entries(WITH_VALUE).map(([name, missing]): [string, ParameterName] => [
    name,
    { takesValue: true, ...(missing === undefined ? {} : { missing }) },
  ]),
  ...LONE.split(/\s+/).map((name): [string, ParameterName] => [name, { takesValue: false }]),
]);

/** The parameters that a release knows, by name. */
export function serverParameterNames(
  version: string | undefined,
): ReadonlyMap<string, ParameterName> {
  const newer = Object.entries(SINCE).filter(([, since]) => hasRelease(version, since));
  return new Map([
    ...OLD,
    ...newer.map(([name]): [string, ParameterName] => [
      name,
      { takesValue: !LONE_SINCE.has(name) },
    ]),
  ]);
}
