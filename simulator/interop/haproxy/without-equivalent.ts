/** Keywords that have to do with balancing and have no equivalent; what is done instead. */
export const KEYWORDS_WITHOUT_EQUIVALENT: Readonly<Record<string, string>> = {
  appsession: "Sessions are not kept at a server here; every call is balanced.",
  cookie: "Sessions are not kept at a server here; every call is balanced.",
  "dynamic-cookie-key": "Sessions are not kept at a server here; every call is balanced.",
  "force-persist": "Sessions are not kept at a server here; every call is balanced.",
  "ignore-persist": "Sessions are not kept at a server here; every call is balanced.",
  persist: "Sessions are not kept at a server here; every call is balanced.",
  stick:
    "There are no stick tables here; every call is balanced. Nearest: `balance source`, or `balance hdr(…)` of what it sticks to.",
  "stick-table": "There are no stick tables here; every call is balanced.",
  "use-server": "Every call is balanced here; rules that name a server are left out.",
  dispatch: "Calls go to the servers here; `dispatch` is left out.",
  transparent: "Calls go to the servers here; `transparent` is left out.",
  "http-check":
    "Checks are a GET of the path of `option httpchk` here, passed by any 2xx; other rules are left out.",
  "tcp-check": "Checks are a GET of a path here, passed by any 2xx; other rules are left out.",
  "external-check": "Checks are a GET of a path here, passed by any 2xx; programs are left out.",
  "load-server-state-from-file":
    "Servers begin as the configuration says; saved states are not read.",
  "max-keep-alive-queue": "Connections are not preferred by their queue here.",
  "hash-preserve-affinity": "A full server passes its calls on at once here.",
};

/** Options of the same sort. */
export const OPTIONS_WITHOUT_EQUIVALENT: Readonly<Record<string, string>> = {
  persist: "Sessions are not kept at a server here; every call is balanced.",
  "prefer-last-server": "Every call is balanced here, also the next one of a connection.",
  transparent: "Calls go to the servers here; `option transparent` is left out.",
};

/** Options that choose a kind of check that is not here. */
export const OTHER_CHECKS: ReadonlySet<string> = new Set([
  "external-check",
  "ldap-check",
  "mysql-check",
  "pgsql-check",
  "redis-check",
  "smtpchk",
  "spop-check",
  "ssl-hello-chk",
  "tcp-check",
]);

/** Parameters of servers of the same sort. */
export const PARAMETERS_WITHOUT_EQUIVALENT: Readonly<Record<string, string>> = {
  addr: "Checks go to the server's own address here.",
  "agent-check": "There are no agents here; the server keeps its weight and its state.",
  cookie: "Sessions are not kept at a server here; every call is balanced.",
  "hash-key": "Servers are hashed by their order here, as HAProxy does by default.",
  "init-addr": "Addresses are taken as they are written; names are not resolved.",
  "init-state": "Servers begin as healthy here.",
  "on-marked-down": "Calls under way are not ended when a server goes down here.",
  "on-marked-up": "Calls under way are not ended when a server comes back here.",
  port: "Checks go to the server's own port here.",
  redir: "Calls go to the server here, redirects are left out.",
  resolvers: "Addresses are taken as they are written; names are not resolved.",
  "resolve-net": "Addresses are taken as they are written; names are not resolved.",
  "resolve-opts": "Addresses are taken as they are written; names are not resolved.",
  "resolve-prefer": "Addresses are taken as they are written; names are not resolved.",
  track: "Every server has its own checks here; nearest is `check`.",
};
