import { ThemeIcon, window, type Memento, type QuickPickItem } from "vscode";
import { compactPayload, forget, payloadError, readHistory, remember } from "./payload-history.ts";

interface PayloadItem extends QuickPickItem {
  /** Undefined for the item that opens an input box. */
  readonly payload: string | undefined;
}

const EDIT = { iconPath: new ThemeIcon("edit"), tooltip: "Edit, then send" };
const FORGET = { iconPath: new ThemeIcon("trash"), tooltip: "Forget" };

/** Asks for payloads and remembers them per function, in the workspace's storage. */
export class PayloadChooser {
  readonly #storage: Memento;

  constructor(storage: Memento) {
    this.#storage = storage;
  }

  /**
   * Asks for one; the last ones are offered first.
   * @param key of the function, such as its reference
   * @param example offered when nothing is remembered
   * @returns JSON on one line; undefined when the user turned away
   */
  async choose(key: string, title: string, example = "{}"): Promise<string | undefined> {
    const chosen =
      this.#history(key).length === 0
        ? await this.#type(title, example)
        : await this.#pick(key, title, example);
    if (chosen === undefined) return undefined;
    const payload = compactPayload(chosen);
    await this.#store(key, remember(this.#history(key), payload));
    return payload;
  }

  /** The payload that was sent last; undefined before the first. */
  last(key: string): string | undefined {
    return this.#history(key)[0];
  }

  #history(key: string) {
    return readHistory(this.#storage.get(storageKey(key)));
  }

  async #store(key: string, history: readonly string[]): Promise<void> {
    await this.#storage.update(storageKey(key), history);
  }

  async #type(title: string, value: string): Promise<string | undefined> {
    return window.showInputBox({
      title,
      prompt: "The payload, as JSON",
      value,
      validateInput: payloadError,
      ignoreFocusOut: true,
    });
  }

  async #pick(key: string, title: string, example: string): Promise<string | undefined> {
    const pick = window.createQuickPick<PayloadItem>();
    pick.title = title;
    // A webview that takes the focus back a moment late would close it.
    pick.ignoreFocusOut = true;
    pick.placeholder = "A payload sent before, or a new one";
    const show = () => {
      const known = this.#history(key).map((payload): PayloadItem => ({
        label: payload,
        payload,
        buttons: [EDIT, FORGET],
      }));
      pick.items = [
        ...known,
        { label: "$(add) New payload…", payload: undefined, alwaysShow: true },
      ];
    };
    show();
    try {
      return await new Promise<string | undefined>((resolve) => {
        pick.onDidTriggerItemButton(({ item, button }) => {
          if (button === EDIT) {
            resolve(this.#type(title, item.payload ?? example));
            return;
          }
          void this.#store(key, forget(this.#history(key), item.payload ?? "")).then(show);
        });
        pick.onDidAccept(() => {
          const item = pick.selectedItems[0];
          resolve(item?.payload ?? this.#type(title, example));
        });
        pick.onDidHide(() => resolve(undefined));
        pick.show();
      });
    } finally {
      pick.dispose();
    }
  }
}

const storageKey = (key: string) => `payloads:${key}`;
