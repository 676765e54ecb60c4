/** The URL of an HTTP server without a path: `http://127.0.0.1:80`, `http://[::1]:80`. */
export function originOf(host: string, port: number): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
