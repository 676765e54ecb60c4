import { hasRelease } from "../../kernel/release.ts";

/*
 * The words that HAProxy 2.6 knows, in the order in which it looks for the nearest one of a
 * mistyped word; and those that came later.
 */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Keywords that begin a section. */
export const SECTIONS: ReadonlySet<string> = new Set(
  words(`
    listen frontend backend defaults global userlist peers mailers namespace_list resolvers
    cache program http-errors ring log-forward fcgi-app
    crt-store traces acme`),
);

/** Keywords of `defaults`, `frontend`, `backend` and `listen`. */
const OF_PROXIES = words(`
  clitcpka-cnt clitcpka-idle clitcpka-intvl clitimeout compression contimeout declare errorfile
  errorfiles errorloc errorloc302 errorloc303 external-check filter http-check http-error
  max-keep-alive-queue rate-limit retry-on srvtcpka-cnt srvtcpka-idle srvtcpka-intvl srvtimeout
  tcp-check tcp-request tcp-response timeout use-fcgi-app listen frontend backend defaults
  server default-server server-template bind monitor-net monitor-uri mode id description
  disabled enabled acl dynamic-cookie-key cookie email-alert persist appsession
  load-server-state-from-file server-state-file-name max-session-srv-conns capture retries
  http-request http-response http-after-response http-send-name-header block redirect
  use_backend use-server force-persist ignore-persist stick-table stick stats option
  default_backend http-reuse monitor transparent maxconn backlog fullconn dispatch balance
  hash-type hash-balance-factor unique-id-format unique-id-header log-format log-format-sd
  log-tag log source usesrc error-log-format
`);

/** The same, that are not proposed for a mistyped word. */
const OF_PROXIES_TOO = words("bind-process grace reqadd reqrep rspadd");

/** Keyword, and the release that brought it. */
const OF_PROXIES_SINCE: Readonly<Record<string, string>> = {
  guid: "3.0",
  "log-steps": "3.1",
  "hash-preserve-affinity": "3.2",
  "force-be-switch": "3.3",
  "use-small-buffers": "3.4",
  "quic-initial": "3.1",
};

const OF_GLOBAL = words(`
  busy-polling ca-base chroot close-spread-time cluster-secret cpu-map crt-base daemon
  default-path description expose-experimental-directives external-check fd-hard-limit gid
  grace group h1-accept-payload-with-any-method h1-case-adjust h1-case-adjust-file
  h2-workaround-bogus-websocket-clients hard-stop-after httpclient.resolvers.id
  httpclient.resolvers.prefer httpclient.ssl.ca-file httpclient.ssl.verify insecure-fork-wanted
  insecure-setuid-wanted issuers-chain-path localpeer log log-send-hostname log-tag lua-load
  lua-load-per-thread lua-prepend-path master-worker max-spread-checks maxcompcpuusage
  maxcomprate maxconn maxconnrate maxpipes maxsessrate maxsslconn maxsslrate maxzlibmem
  mworker-max-reloads nbthread no-memory-trimming node noepoll noevports nogetaddrinfo nokqueue
  nopoll noreuseport nosplice numa-cpu-mapping pidfile pp2-never-send-local presetenv
  profiling.tasks quiet resetenv server-state-base server-state-file set-dumpable set-var
  set-var-fmt setenv spread-checks ssl-default-bind-ciphers ssl-default-bind-ciphersuites
  ssl-default-bind-curves ssl-default-bind-options ssl-default-server-ciphers
  ssl-default-server-ciphersuites ssl-default-server-options ssl-dh-param-file
  ssl-load-extra-del-ext ssl-load-extra-files ssl-mode-async ssl-propquery ssl-provider
  ssl-provider-path ssl-server-verify ssl-skip-self-issued-ca stats strict-limits thread-group
  thread-groups tune.buffers.limit tune.buffers.reserve tune.bufsize tune.comp.maxlevel
  tune.fail-alloc tune.fd.edge-triggered tune.h2.header-table-size tune.h2.initial-window-size
  tune.h2.max-concurrent-streams tune.h2.max-frame-size tune.http.cookielen tune.http.logurilen
  tune.http.maxhdr tune.idle-pool.shared tune.idletimer tune.listener.multi-queue
  tune.lua.forced-yield tune.lua.maxmem tune.lua.service-timeout tune.lua.session-timeout
  tune.lua.task-timeout tune.maxaccept tune.maxpollevents tune.maxrewrite
  tune.pattern.cache-size tune.peers.max-updates-at-once tune.pipesize tune.pool-high-fd-ratio
  tune.pool-low-fd-ratio tune.rcvbuf.client tune.rcvbuf.server tune.recv_enough
  tune.runqueue-depth tune.sched.low-latency tune.sndbuf.client tune.sndbuf.server
  tune.ssl.cachesize tune.ssl.capture-buffer-size tune.ssl.capture-cipherlist-size
  tune.ssl.default-dh-param tune.ssl.force-private-cache tune.ssl.hard-maxrecord
  tune.ssl.keylog tune.ssl.lifetime tune.ssl.maxrecord tune.ssl.ssl-ctx-cache-size
  tune.vars.check-max-size tune.vars.global-max-size tune.vars.proc-max-size
  tune.vars.reqres-max-size tune.vars.sess-max-size tune.vars.txn-max-size uid ulimit-n
  unix-bind unsetenv user zero-warning
`);

const OPTIONS_TO_NEGATE = words(`
  abortonclose accept-invalid-http-request accept-invalid-http-response allbackups checkcache
  clitcpka contstats disable-h2-upgrade dontlog-normal dontlognull h1-case-adjust-bogus-client
  h1-case-adjust-bogus-server http-buffer-request http-ignore-probes http-keep-alive
  http-no-delay http-pretend-keepalive http-server-close http-use-proxy-header httpclose
  idle-close-on-response independent-streams log-health-checks log-separate-errors logasap
  nolinger persist prefer-last-server redispatch socket-stats splice-auto splice-request
  splice-response srvtcpka tcp-smart-accept tcp-smart-connect transparent
`);

const OPTIONS_TO_SET = words(`
  external-check forwardfor http-restrict-req-hdr-names httpchk httplog httpslog ldap-check
  mysql-check originalto pgsql-check redis-check smtpchk spop-check ssl-hello-chk tcp-check
  tcpka tcplog
`);

const OPTIONS_SINCE: Readonly<Record<string, string>> = {
  httpslog: "2.4",
  "http-drop-request-trailers": "3.1",
  "http-drop-response-trailers": "3.1",
  "accept-unsafe-violations-in-http-request": "3.0",
  "accept-unsafe-violations-in-http-response": "3.0",
  forwarded: "2.8",
};

/** Options that have an argument of their own. */
export const OPTIONS_WITH_ARGUMENTS: ReadonlySet<string> = new Set([
  ...words(
    "redispatch forwardfor http-restrict-req-hdr-names httpchk httplog httpslog mysql-check originalto pgsql-check smtpchk",
  ),
  "forwarded",
]);

/** Keywords that do not stand in `defaults`. */
export const NOT_IN_DEFAULTS: ReadonlySet<string> = new Set(
  words(`
    bind description dispatch force-persist id ignore-persist monitor redirect server
    server-template stick use-server use_backend`),
);

const since = (known: Readonly<Record<string, string>>, version: string | undefined) =>
  Object.keys(known).filter((word) => hasRelease(version, known[word] ?? ""));

export interface Keywords {
  /** What is known, in the order of proposals. */
  readonly proposed: readonly string[];
  readonly known: ReadonlySet<string>;
}

/** Keywords of a proxy's section. */
export function proxyKeywords(version: string | undefined): Keywords {
  const proposed = [...OF_PROXIES, ...since(OF_PROXIES_SINCE, version)];
  return { proposed, known: new Set([...proposed, ...OF_PROXIES_TOO]) };
}

/** Keywords of the section `global`; those of the newest release are too many to name. */
export const GLOBAL_KEYWORDS: ReadonlySet<string> = new Set(OF_GLOBAL);

/** Options that `no` can stand before, and all. */
export function optionNames(
  version: string | undefined,
): Keywords & { negatable: ReadonlySet<string> } {
  const proposed = [...OPTIONS_TO_NEGATE, ...OPTIONS_TO_SET, ...since(OPTIONS_SINCE, version)];
  return { proposed, known: new Set(proposed), negatable: new Set(OPTIONS_TO_NEGATE) };
}
