import type { Store } from "./store.ts";
import { WatchStream, type WatchSink } from "./watch-stream.ts";

/** Passes the changes of a store on to all open watch streams. */
export class WatchHub {
  readonly #store: Store;
  readonly #streams = new Set<WatchStream>();

  constructor(store: Store) {
    this.#store = store;
    store.onChange((change) => {
      for (const stream of this.#streams) stream.onChange(change);
    });
  }

  open(send: WatchSink): WatchStream {
    const stream = new WatchStream(this.#store, send);
    this.#streams.add(stream);
    return stream;
  }

  /** The stream hears of nothing any more. */
  close(stream: WatchStream): void {
    this.#streams.delete(stream);
  }
}
