/** Reads a stream of events until a whole block has `enough` in it. */
export async function readStream(
  url: string,
  enough: string,
  times = 1,
): Promise<{ headers: Headers; text: string }> {
  const gone = new AbortController();
  const response = await fetch(url, { signal: gone.signal });
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split(enough).length > times && text.endsWith("\n\n")) break;
  }
  gone.abort();
  return { headers: response.headers, text };
}

/** The events of blocks that begin so. */
export function eventsOf(text = "", prefix: string): Record<string, unknown>[] {
  return text
    .split("\n\n")
    .filter((block) => block.startsWith(prefix))
    .map((block) => JSON.parse(block.slice(prefix.length)) as Record<string, unknown>);
}
