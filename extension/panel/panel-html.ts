import { randomBytes } from "node:crypto";
import { Uri, type Webview } from "vscode";

/** The page of the panel: no inline script, nothing from the network. @param dist `dist/webview` */
export function panelHtml(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const script = webview.asWebviewUri(Uri.joinPath(dist, "main.js")).toString();
  const style = webview.asWebviewUri(Uri.joinPath(dist, "main.css")).toString();
  const policy = [
    "default-src 'none'",
    `img-src ${webview.cspSource} data:`,
    `font-src ${webview.cspSource}`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fuseboard: Topology</title>
<link rel="stylesheet" href="${style}" nonce="${nonce}">
</head>
<body>
<div id="app"></div>
<script src="${script}" nonce="${nonce}"></script>
</body>
</html>
`;
}
