import { element, setShown } from "../element.ts";
import { button } from "./button.ts";

/** What went wrong with something the user asked for; stays until it is dismissed or replaced. */
export interface Notices {
  readonly element: HTMLElement;
  say(message: string): void;
}

export function notices(): Notices {
  const text = element("p");
  const root = element(
    "div",
    { class: "notice tone-bad", role: "alert" },
    text,
    button({
      label: "Dismiss",
      look: "quiet",
      run: () => {
        setShown(root, false);
      },
    }),
  );
  root.hidden = true;
  return {
    element: root,
    say(message) {
      text.textContent = message;
      setShown(root, true);
    },
  };
}
