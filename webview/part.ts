import type { RequestClient } from "../simulator/protocol/channel.ts";
import type { Snapshot } from "../simulator/protocol/model.ts";
import type { Selection } from "../simulator/protocol/panel.ts";
import type { Rates } from "./rates.ts";
import type { Host } from "./host.ts";
import type { ViewState } from "./view-state.ts";

/** What is drawn at one moment. While paused, all of it stands still. */
export interface Moment {
  readonly snapshot: Snapshot;
  /** Over the last ten seconds. */
  readonly rates: Rates;
  readonly view: ViewState;
  /** The simulator's time, ms since the epoch. */
  readonly now: number;
  readonly paused: boolean;
}

/** A piece of the page: built once, then updated in place at most once a frame. */
export interface Part<T = Moment> {
  readonly element: HTMLElement;
  update(value: T): void;
}

/** What a part may do. */
export interface Desk {
  readonly host: Host;
  readonly client: RequestClient;
  /** Selects, and shows what is selected. */
  readonly select: (selection: Selection) => void;
  /** Changes the view, saves it and draws again. */
  readonly change: (change: Partial<ViewState>) => void;
  /** Runs what the user asked for; a failure is shown with `what` in front: `Could not <what>`. */
  readonly run: (what: string, action: () => Promise<unknown>) => void;
  /** Draws again soon. */
  readonly redraw: () => void;
}
