import fc from "fast-check";

/*
 * Random configurations for HAProxy: mostly right, with words that are wrong, missing, doubled or
 * mistyped. All of it is of what is compared: balancing.
 */

const pick = (...words: readonly string[]) => fc.constantFrom(...words);

const time = pick(
  "1",
  "0",
  "5s",
  "100ms",
  "1500us",
  "2m",
  "1h",
  "30d",
  "5x",
  "x",
  "-1",
  "",
  "99999999999",
  "2147483648",
  "1.5s",
  "10 s",
);
const number = pick(
  "0",
  "1",
  "3",
  "100",
  "256",
  "257",
  "-1",
  "x",
  "",
  "12x",
  "+4",
  "4294967297",
  "65536",
  "150",
);
const proxyName = pick("a", "b", "c", "my_app", "x.y:z-1", "a/b", "");
const serverName = pick("s1", "s2", "s3", "s4", "a b", "s/1", "10.0.0.1:80", "s1_x");
const address = pick(
  "127.0.0.1:80",
  "10.0.0.1:8080",
  "127.0.0.1",
  "[::1]:80",
  ":80",
  "*:80",
  "127.0.0.1:0",
  "127.0.0.1:65536",
  "127.0.0.1:+1",
  "127.0.0.1:80-90",
  "127.0.0.1:abc",
  "unix@/tmp/none.sock",
  "fd@3",
  "udp@127.0.0.1:80",
  "127.0.0.1:80x",
  "",
);

const parameter = fc.oneof(
  fc
    .tuple(pick("inter", "fastinter", "downinter", "slowstart"), time)
    .map((words) => words.join(" ")),
  fc
    .tuple(pick("weight", "maxconn", "minconn", "maxqueue", "rise", "fall", "error-limit"), number)
    .map((words) => words.join(" ")),
  pick(
    "check",
    "backup",
    "disabled",
    "enabled",
    "no-check",
    "no-backup",
    "observe layer4",
    "observe none",
    "observe",
    "observe x",
    "on-error mark-down",
    "on-error fastinter",
    "on-error sudden-death",
    "on-error x",
    "cookie c1",
    "non-stick",
    "send-proxy",
    "port 80",
    "foo",
    "wieght 3",
    "Weight 3",
    "chek",
    "backupp",
    "maxcon 3",
    "slow-start 5s",
  ),
);
const parameters = fc.array(parameter, { maxLength: 4 }).map((all) => all.join(" "));

const statement = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(serverName, address, parameters)
      .map(([name, to, rest]) => `server ${name} ${to} ${rest}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(pick("s1", "s2", "t", "u/"), fc.nat(9), parameters)
      .map(([name, n, rest]) => `server ${name}${String(n)} 127.0.0.1:80 ${rest}`),
  },
  parameters.map((rest) => `default-server ${rest}`),
  fc
    .tuple(
      pick("s", "t", "s/"),
      pick("2", "1-3", "0", "x", "3-1", "2-2", "-3"),
      address,
      parameters,
    )
    .map(([prefix, range, to, rest]) => `server-template ${prefix} ${range} ${to} ${rest}`),
  pick(
    "balance roundrobin",
    "balance static-rr",
    "balance leastconn",
    "balance first",
    "balance source",
    "balance",
    "balance foo",
    "balance uri",
    "balance uri len 3",
    "balance uri len 0",
    "balance uri len",
    "balance uri depth x",
    "balance uri whole path-only",
    "balance uri foo",
    "balance url_param",
    "balance url_param u",
    "balance url_param u check_post 3",
    "balance url_param u x",
    "balance hdr(x)",
    "balance hdr(x) use_domain_only",
    "balance hdr(x) y",
    "balance hdr()",
    "balance hdr(x",
    "balance hdr",
    "balance random",
    "balance random(3)",
    "balance random(0)",
    "balance random(",
    "balance random(3",
    "balance random(x)",
    "balance random()",
    "balance randomly",
    "balance rdp-cookie",
    "balance rdp-cookie(x)",
    "balance rdp-cookie(",
    "balance rdp-cookie()",
    "balance hash src",
    "balance hash",
    "balance RoundRobin",
    "balance random( 3)",
    "balance random(3 )",
  ),
  pick(
    "hash-type",
    "hash-type consistent",
    "hash-type map-based",
    "hash-type foo",
    "hash-type avalanche",
    "hash-type consistent sdbm",
    "hash-type consistent wt6 avalanche",
    "hash-type map-based foo",
    "hash-type map-based crc32 foo",
    "hash-type consistent none",
  ),
  number.map((factor) => `hash-balance-factor ${factor}`),
  fc
    .tuple(pick("retries", "fullconn"), number, pick("", "", "", "x"))
    .map((words) => words.join(" ")),
  fc
    .array(
      pick(
        "conn-failure",
        "none",
        "503",
        "500",
        "429",
        "all-retryable-errors",
        "foo",
        "empty-response",
        "421",
      ),
      { maxLength: 3 },
    )
    .map((on) => `retry-on ${on.join(" ")}`),
  fc
    .tuple(pick("connect", "server", "queue", "check", "tunnel", "foo", ""), time)
    .map(([name, value]) => `timeout ${name} ${value}`),
  fc
    .tuple(
      pick("", "", "no ", "default "),
      pick(
        "redispatch",
        "redispatch 3",
        "redispatch x",
        "allbackups",
        "allbackups x",
        "httpchk",
        "httpchk /x",
        "httpchk GET /x",
        "httpchk GET /x HTTP/1.0 x",
        "foo",
        "redispach",
        "",
        "prefer-last-server",
        "httplog",
        "forwardfor",
        "http-server-close",
        "persist",
        "http-tunnel",
        "tcpka",
        "log-health-checks x",
      ),
    )
    .map(([no, name]) => `${no}option ${name}`),
  pick("mode http", "mode tcp", "mode foo", "mode", "mode http x", "mode health"),
  pick(
    "cookie",
    "cookie c insert",
    "fullcon 3",
    "balanse roundrobin",
    "timeouts server 3s",
    "no balance source",
    "no server s1",
    "no",
    "servr s1 127.0.0.1:80",
    "# nothing",
    "",
    "retry-on",
    "no timeout server 3s",
    "srvtimeout 3s",
    "contimeout 3s",
    "id",
    "use-server",
    "stick",
    "source",
    "maxconn",
    "http-reuse always",
    "http-reuse",
    "persist",
    "option",
    "appsession x",
    "Balance source",
    "dynamic-cookie-key x",
    // It starts with it in spite of its alert, and names no line in the next one.
    "default-server observe layer7",
    "server s9 127.0.0.1:80 observe layer7",
  ),
);

const body = fc.array(statement, { maxLength: 7 }).map((lines) => lines.map((line) => `  ${line}`));
const from = pick("", "", "", "", " from d", " from none", " from");
const begin = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(pick("backend", "backend", "listen"), proxyName, from)
      .map(([kind, name, parent]) => `${kind} ${name}${parent}`),
  },
  { weight: 1, arbitrary: pick("defaults", "defaults d", "defaults e from d", "defaults from d") },
);
const section = fc.tuple(begin, body).map(([first, lines]) => [first, ...lines].join("\n"));

const edit = fc.record({
  at: fc.nat(2000),
  how: fc.constantFrom("delete", "insert", "double"),
  what: pick(
    '"',
    "'",
    "\\",
    " ",
    "#",
    "x",
    "\\x4",
    "\\ ",
    "0",
    "\n",
    "\t",
    '"${A-b}"',
    '"${A"',
    '"$1"',
  ),
});

/** Configurations without a frontend, with up to two characters changed. */
export const haproxyConfigurations: fc.Arbitrary<string> = fc
  .tuple(fc.array(section, { minLength: 1, maxLength: 4 }), fc.array(edit, { maxLength: 2 }))
  .map(([sections, edits]) => {
    let text = sections.join("\n");
    for (const { at, how, what } of edits) {
      const i = at % Math.max(1, text.length);
      const end = how === "delete" ? i + 1 : i;
      const middle = how === "insert" ? what : how === "double" ? text.charAt(i) : "";
      text = text.slice(0, i) + middle + text.slice(end);
    }
    // HAProxy 2.6 reads the line twice for which it first needs memory, the second time without the
    // ends of variables.
    return `defaults\n${text}\n`;
  });
