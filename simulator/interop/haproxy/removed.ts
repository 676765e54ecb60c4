/** Rules of releases before 2.1, and what HAProxy says to use instead. */
const OLD_RULES = {
  reqadd: "http-request add-header",
  reqallow: "http-request allow",
  reqdel: "http-request del-header",
  reqiallow: "http-request allow",
  reqidel: "http-request del-header",
  reqideny: "http-request deny",
  reqirep: "http-request replace-header",
  reqitarpit: "http-request tarpit",
  reqtarpit: "http-request tarpit",
  rspadd: "http-response add-header",
  rspdeny: "http-response deny",
  rspidel: "http-response del-header",
  rspideny: "http-response deny",
  rspirep: "http-response replace-header",
  rsprep: "http-response replace-header",
} as const;

/** What HAProxy says of keywords that it had once. */
export const REMOVED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.entries(OLD_RULES).map(([name, use]) => [
      name,
      `The '${name}' directive is not supported anymore since HAProxy 2.1. Use '${use}' instead.`,
    ]),
  ),
  reqdeny:
    "The 'reqdeny' not supported anymore since HAProxy 2.1. Use 'http-request deny' instead.",
  reqpass: "The 'reqpass' not supported anymore since HAProxy 2.1.",
  reqipass: "The 'reqipass' directive is not supported anymore since HAProxy 2.1.",
  reqrep:
    "The 'reqrep' directive is not supported anymore since HAProxy 2.1. Use 'http-request replace-path', 'http-request replace-uri' or 'http-request replace-header' instead.",
  rspdel:
    "The 'rspdel' directive is not supported anymore since HAProxy 2.1. Use 'http-response del-header' .",
  redispatch:
    "keyword 'redispatch' directive is not supported anymore since HAProxy 2.1. Use 'option redispatch'.",
  appsession: "'appsession' is not supported anymore since HAProxy 1.6.",
  block:
    "The 'block' directive is not supported anymore since HAProxy 2.1. Use 'http-request deny' which uses the exact same syntax.",
  clitimeout:
    "the 'clitimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout client'.",
  contimeout:
    "the 'contimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout connect'.",
  srvtimeout:
    "the 'srvtimeout' directive is not supported anymore since HAProxy 2.1. Use 'timeout server'.",
  grace: "the 'grace' keyword is not supported any more since HAProxy version 2.5.",
};

/** The same of `global`. */
export const REMOVED_GLOBALS: Readonly<Record<string, string>> = {
  nbproc:
    "nbproc is not supported any more since HAProxy 2.5. Threads will automatically be used on multi-processor machines if available.",
};

export const REMOVED_OPTIONS: Readonly<Record<string, string>> = {
  "http-tunnel":
    "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed.",
  forceclose:
    "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, or use 'option httpclose' if absolutely needed.",
  http_proxy:
    "option 'http_proxy' is not supported any more since HAProxy 2.5. This option stopped working in HAProxy 1.9 and usually had nasty side effects. It can be more reliably implemented with combinations of 'http-request set-dst' and 'http-request set-uri', and even 'http-request do-resolve' if DNS resolution is desired.",
};

/** What HAProxy says when a keyword stands alone that needs an argument. */
export const ALONE: Readonly<Record<string, string>> = {
  backlog: "'backlog' expects an integer argument.",
  cookie: "'cookie' expects <cookie_name> as argument.",
  default_backend: "'default_backend' expects a backend name.",
  "dynamic-cookie-key": "'dynamic-cookie-key' expects <secret_key> as argument.",
  "force-persist": "'force-persist' requires either 'if' or 'unless' followed by a condition.",
  "ignore-persist": "'ignore-persist' requires either 'if' or 'unless' followed by a condition.",
  "http-reuse": "'http-reuse' only supports 'never', 'safe', 'aggressive', 'always'.",
  "http-send-name-header": "'http-send-name-header' requires a header string.",
  id: "'id' expects an integer argument.",
  persist: "missing persist method.",
  source:
    "'source' expects <addr>[:<port>], and optionally 'usesrc' <addr>, and 'interface' <name>.",
  stick: "'stick' expects 'on', 'match', or 'store'.",
  "stick-table": "stick-table: missing size.",
  "use-server": "'use-server' expects a server name.",
  use_backend: "'use_backend' expects a backend name.",
};
