import { StringDecoder } from "node:string_decoder";
import { createParser, type EventSourceParser } from "eventsource-parser";

/** Longest event that is read; those of Hystrix have 2 KB. */
const LONGEST_EVENT = 1024 * 1024;
/** After so many bytes without any event we say so. */
const BYTES_WITHOUT_EVENT = 1024 * 1024;

/** Told of what a stream sends. */
export interface EventListener {
  /** The JSON of an event: anything at all. */
  event(value: unknown): void;
  /** Where it sends what is not to be read; one sentence. */
  complain(sentence: string): void;
  /** It asks to be left alone for so long after a lost connection. */
  retry(ms: number): void;
}

/** Makes values out of the bytes of a stream of server-sent events; its memory is bounded. */
export class EventReader {
  readonly #listener: EventListener;
  readonly #decoder = new StringDecoder("utf8");
  readonly #parser: EventSourceParser;
  #sinceEvent = 0;
  #overflowed = false;

  constructor(listener: EventListener) {
    this.#listener = listener;
    this.#parser = createParser({
      maxBufferSize: LONGEST_EVENT,
      onEvent: ({ data }) => this.#read(data),
      onRetry: (ms) => listener.retry(ms),
      onError: ({ type, field }) => {
        if (type === "max-buffer-size-exceeded") this.#overflowed = true;
        // Netflix's way to keep a connection alive.
        else if (field !== "ping") listener.complain("It sends lines that belong to no event.");
      },
    });
  }

  feed(chunk: Buffer): void {
    this.#sinceEvent += chunk.length;
    this.#parser.feed(this.#decoder.write(chunk));
    if (this.#overflowed) {
      this.#overflowed = false;
      this.#parser.reset();
      this.#listener.complain("It sends an event of more than 1 MB.");
    } else if (this.#sinceEvent > BYTES_WITHOUT_EVENT) {
      this.#sinceEvent = 0;
      this.#listener.complain("It sends much that is no event.");
    }
  }

  #read(data: string): void {
    this.#sinceEvent = 0;
    // The parser's own limit is one for what it keeps between two chunks.
    if (data.length > LONGEST_EVENT) {
      this.#listener.complain("It sends an event of more than 1 MB.");
      return;
    }
    // Spring's Turbine sends empty events to keep a connection alive.
    if (data.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch {
      this.#listener.complain(`It sends events that are not JSON: ${excerptOf(data)}`);
      return;
    }
    this.#listener.event(value);
  }
}

const EXCERPT = 60;

/** The beginning of a text, for a message. */
function excerptOf(text: string): string {
  return JSON.stringify(text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text);
}
