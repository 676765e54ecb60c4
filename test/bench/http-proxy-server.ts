// The npm package http-proxy in front of the ports that are its arguments, by turns, with
// kept-alive connections. Prints its own port.
import { Agent, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import httpProxy from "http-proxy";

const targets = process.argv.slice(2).map((port) => `http://127.0.0.1:${port}`);
const proxy = httpProxy.createProxyServer({ agent: new Agent({ keepAlive: true }) });
let turn = 0;
const server = createServer((request, response) => {
  const target = targets[turn++ % targets.length] ?? "";
  proxy.web(request, response, { target }, (error) => {
    response.writeHead(502).end(error.message);
  });
});
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`${String((server.address() as AddressInfo).port)}\n`);
});
