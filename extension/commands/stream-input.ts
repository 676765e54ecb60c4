/** The address of a stream as `fetch` takes it; undefined when the text is none. */
export function addressOf(text: string): string | undefined {
  const trimmed = text.trim();
  const whole = /^https?:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (trimmed === "" || !URL.canParse(whole)) return undefined;
  const url = new URL(whole);
  // Whoever gives only host and port means the path of the libraries.
  if (url.pathname === "/") url.pathname = "/hystrix.stream";
  return url.href;
}
