import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import type { Scope } from "../../../simulator/kernel/scope.ts";
import { dist } from "../paths.ts";
import { THEMES, type ThemeName } from "./themes.ts";

const NONCE = "aGFybmVzcw==";

/** The page that the extension makes for its panel, under the same policy, in a given theme. */
function html(name: ThemeName): string {
  const { body, variables } = THEMES[name];
  const rules = Object.entries(variables).map(([key, value]) => `${key}: ${value};`);
  const policy = `default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self' 'nonce-${NONCE}'; script-src 'nonce-${NONCE}'`;
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Fuseboard: Topology</title>
<style nonce="${NONCE}">:root { ${rules.join(" ")} }</style>
<link rel="stylesheet" href="/main.css">
</head><body class="${body}" data-vscode-theme-kind="${body}"><div id="app"></div>
<script nonce="${NONCE}" src="/main.js"></script>
</body></html>`;
}

/** Serves the built webview; `?theme=light` and the like choose the theme. @returns the address */
export async function serveWebview(scope: Scope): Promise<string> {
  const types: Record<string, string> = { ".js": "text/javascript", ".css": "text/css" };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://127.0.0.1");
    const file = /^\/(main)(\.js|\.css)$/.exec(url.pathname);
    if (!file) {
      const wanted = url.searchParams.get("theme") ?? "dark";
      const name = Object.keys(THEMES).find((theme) => theme === wanted) as ThemeName | undefined;
      response.setHeader("content-type", "text/html").end(html(name ?? "dark"));
      return;
    }
    readFile(join(dist, "webview", `main${file[2] ?? ""}`)).then(
      (content) => {
        response.setHeader("content-type", types[file[2] ?? ""] ?? "text/plain").end(content);
      },
      (error: unknown) => {
        response.writeHead(500).end(String(error));
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  scope.add(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}/`;
}
