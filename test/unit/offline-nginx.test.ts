import { describe, expect, it } from "vitest";
import { balanced } from "../support/random-trace.ts";

/* What the real nginx 1.22.1 did with the same configurations and requests. */

function played(upstream: string, requests: readonly object[], place = "") {
  const text = `upstream u { ${upstream} } server { location / { proxy_pass http://u; ${place} } }`;
  const lines = requests.map((request, i) => ({ t: i * 10, ...request }));
  return balanced("nginx", "1.22", text, lines);
}

/** The servers that were tried, by their numbers. */
async function picksOf(...of: Parameters<typeof played>): Promise<string[]> {
  return (await played(...of)).map(({ picks }) => picks.map((pick) => pick.at(-1)).join(" "));
}

const FIVE = "server s:1; server s:2; server s:3; server s:4; server s:5;";

describe("a trace through an upstream of nginx", () => {
  it("hashes a text as UTF-8, as it goes over the wire", async () => {
    const paths = ["/é", "/日", "/%C3%A9", "/%E6%97%A5本"].map((uri) => ({ uri }));
    expect(await picksOf(`hash $uri; ${FIVE}`, paths)).toEqual(["5", "2", "5", "4"]);
    const callers = [
      { uri: "/?x=é" },
      { headers: { "X-User": "日本" } },
      { uri: "/?x=ü", headers: { "X-User": "ü" } },
    ];
    const picks = await picksOf(`hash $arg_x$http_x_user; ${FIVE}`, callers);
    expect(picks).toEqual(["4", "5", "2"]);
  });

  it("hashes an IPv6 address as nginx writes it, however the trace does", async () => {
    const clients = [
      "2001:DB8::A",
      "2001:db8:0:0:0:0:0:1",
      "::FFFF",
      "::ffff:1.2.3.4",
      "1:0:0:2:0:0:0:3",
      "0:1:0:1:0:1:0:1",
      "::",
    ].map((client) => ({ client }));
    const picks = await picksOf(`hash $remote_addr; ${FIVE}`, clients);
    expect(picks).toEqual(["1", "1", "5", "5", "5", "3", "4"]);
  });

  it.each([
    [400, { uri: "/../etc/passwd" }],
    [400, { uri: "/%zz" }],
    [400, { uri: "/a%00" }],
    [400, { uri: "/a b" }],
    [400, { uri: "/a\x7f" }],
    [400, { uri: "x" }],
    [400, { uri: "" }],
    [400, { uri: "http://a_b/x" }],
    [400, { uri: "http://../x" }],
    [400, { uri: "http://a.com/%zz" }],
    [400, { method: "get" }],
    [400, { headers: { Host: "a..b" } }],
    [400, { headers: { host: "a/b" } }],
    [400, { headers: { Host: "" } }],
    [400, { headers: { Host: ".:80" } }],
    [405, { method: "TRACE" }],
    [405, { method: "CONNECT" }],
  ])("has %d and no pick for %j, and goes on as if it had not been", async (status, request) => {
    const [first, refused, next] = await played(FIVE, [{}, request, {}]);
    expect(first).toMatchObject({ picks: ["s:1"], status: 200 });
    expect(refused).toEqual({ t: 10, picks: [], status });
    expect(next).toMatchObject({ picks: ["s:2"], status: 200 });
  });

  it.each([
    { uri: "/b?%zz#/../.." },
    { uri: "http://a.com/x" },
    { uri: "http://a.com:80?%zz" },
    { uri: "/a/.." },
    { method: "M-SEARCH" },
    { headers: { Host: "a.com.:80" } },
    { headers: { Host: "[::1" } },
  ])("passes on %j", async (request) => {
    expect(await played(FIVE, [request])).toMatchObject([{ picks: ["s:1"], status: 200 }]);
  });

  it("lets time limits of the same moment run out before it hears of a refusal", async () => {
    const outcomes = { "s:1": "timeout", "s:2": "timeout", "s:3": "refused" };
    const three = "server s:1; server s:2; server s:3;";
    const both = [{ t: 0, outcomes }, { t: 0 }];
    expect(await played(three, both, "proxy_read_timeout 250ms;")).toEqual([
      { t: 0, picks: ["s:1", "s:3"], status: 502 },
      { t: 0, picks: ["s:2", "s:3"], status: 502 },
    ]);
  });

  it("lets them run out before it hears of an answer that takes no time, too", async () => {
    const outcomes = { "s:1": "timeout", "s:2": "timeout" };
    const three = "server s:1; server s:2; server s:3 max_conns=1;";
    const both = [{ t: 0, outcomes }, { t: 0 }];
    expect(await played(three, both, "proxy_read_timeout 250ms;")).toEqual([
      { t: 0, picks: ["s:1", "s:3"], status: 200 },
      { t: 0, picks: ["s:2"], status: 502 },
    ]);
  });

  it.each(["hash $request_uri;", "ip_hash;", "hash $request_uri consistent;"])(
    "takes turns among the backups of a lone primary server: %s",
    async (method) => {
      const outcomes = { "s:1": "refused", "s:2": 404, "s:3": 404, "s:4": 404 };
      const servers =
        "server s:1; server s:2 backup; server s:3 weight=2 backup; server s:4 weight=3 backup;";
      const calls = Array.from({ length: 8 }, (_, i) => ({
        uri: `/${String(i)}`,
        client: `10.0.${String(i)}.1`,
        ...(i === 0 && { outcomes }),
      }));
      const next = "proxy_next_upstream error http_404; proxy_next_upstream_tries 3;";
      const picks = await picksOf(`${servers} ${method}`, calls, next);
      const golden = ["1 4 3", "2 3 4", "4 3 2", "3 4 2", "4 2 3", "3 4 2", "4 2 3", "3 4 2"];
      expect(picks).toEqual(golden);
    },
  );
});
