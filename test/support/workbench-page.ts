import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Frame, Locator, Page } from "playwright-core";
import { root } from "./paths.ts";
import { until } from "./until.ts";

/** What a user sees and does in one window of VS Code. Everything waits for what it needs. */
export class WorkbenchPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /**
   * Runs a command of the palette by its whole title, such as `Fuseboard: Start Cluster`. The
   * palette shows what there was when it opened, and closes when a webview takes the focus back a
   * moment late: it is opened again until the command could be chosen.
   */
  async command(title: string): Promise<void> {
    let problem: unknown;
    const chosen = async (): Promise<boolean> => {
      try {
        await this.page.keyboard.press("Escape");
        await this.page.keyboard.press("F1");
        await this.quickInput.fill(`>${title}`, { timeout: 2000 });
        await this.quickPick(title).click({ timeout: 2000 });
        return true;
      } catch (error) {
        problem = error;
        return false;
      }
    };
    if (!(await until(chosen, { timeoutMs: 60_000 }))) {
      throw new Error(`The palette does not offer "${title}".`, { cause: problem });
    }
  }

  /** Titles that the palette offers for a text, best first. */
  async paletteTitles(text: string): Promise<string[]> {
    await this.page.keyboard.press("F1");
    await this.quickInput.waitFor();
    await this.quickInput.fill(`>${text}`);
    const rows = this.page.locator(".quick-input-list .monaco-list-row .label-name");
    await rows.first().waitFor();
    const titles = await rows.allInnerTexts();
    await this.page.keyboard.press("Escape");
    return titles;
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    // A window that is just starting its extensions again may lose a key.
    await until(
      async () => {
        await this.page.keyboard.press("Control+P");
        return this.quickInput.waitFor({ timeout: 5000 }).then(
          () => true,
          () => false,
        );
      },
      { timeoutMs: 60_000 },
    );
    await this.quickInput.fill(name);
    await this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ hasText: name })
      .first()
      .click();
    await this.page.getByRole("tab", { name: new RegExp(`^${name}`) }).waitFor();
  }

  /** The text box of the palette, a pick or a question. */
  get quickInput(): Locator {
    return this.page.locator(".quick-input-widget:visible input[type=text]");
  }

  /** The line below the text box: what is asked, or what is wrong. */
  get quickInputMessage(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-message");
  }

  /** A row of an open pick by its label. */
  quickPick(label: string | RegExp): Locator {
    return this.page
      .locator(".quick-input-widget:visible .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: label }) })
      .first();
  }

  /**
   * Answers a question for a text. One that follows another needs its title: the box of the first
   * is still there for a moment, and would take the answer.
   */
  async answer(text: string, title?: string): Promise<void> {
    if (title !== undefined) {
      const shown = this.page.locator(".quick-input-widget:visible .quick-input-title");
      await shown.filter({ hasText: title }).waitFor();
    }
    await this.quickInput.waitFor();
    await this.quickInput.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** A CodeLens by its text. */
  lens(text: string | RegExp): Locator {
    return this.page.locator(".codelens-decoration a").filter({ hasText: text });
  }

  /** Opens the side bar of Fuseboard. */
  async openSideBar(): Promise<void> {
    const tab = this.page.locator(".activitybar").getByRole("tab", { name: "Fuseboard" });
    await tab.waitFor();
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.click();
  }

  /** A row of a tree in the side bar. */
  treeRow(text: string | RegExp): Locator {
    return this.page.locator(".sidebar [role=treeitem]").filter({ hasText: text });
  }

  /** A notification by its text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator(".notification-list-item").filter({ hasText: text });
  }

  /** The items of the status bar. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator(".statusbar-item").filter({ hasText: text });
  }

  /** A line of an open editor. Editors show spaces as no-break spaces: `\s` matches both. */
  editorLine(text: RegExp): Locator {
    return this.page.locator(".monaco-editor .view-line").filter({ hasText: text });
  }

  /** A row of the Problems panel, which it opens. */
  async problem(text: string | RegExp): Promise<Locator> {
    const panel = this.page.locator(".markers-panel");
    if (!(await panel.isVisible())) await this.command("Problems: Focus on Problems View");
    return panel.getByRole("treeitem").filter({ hasText: text });
  }

  /** The texts that extensions show behind lines of the open editors. */
  async textsBehindLines(): Promise<string[]> {
    return this.page.locator(".monaco-editor .view-line span[class*=ced-]").evaluateAll((spans) =>
      spans
        .map((span) => getComputedStyle(span, "::after").content)
        .filter((content) => content.startsWith('"'))
        .map((content) => content.slice(1, -1).replaceAll("\u00a0", " ")),
    );
  }

  /**
   * The inner frame of the webview that has an element `selector`.
   * @throws when none came within a minute
   */
  async webview(selector: string): Promise<Frame> {
    let found: Frame | undefined;
    await until(
      async () => {
        const inner = this.page.frames().filter((frame) => frame.url().includes("fake.html"));
        const counts = await Promise.all(inner.map((frame) => countIn(frame, selector)));
        found = inner[counts.findIndex((count) => count > 0)];
        return found !== undefined;
      },
      { timeoutMs: 60_000 },
    );
    if (!found) throw new Error(`No webview has an element ${selector}.`);
    return found;
  }

  /** Saves what is seen as test/output/<name>.png. */
  async screenshot(name: string): Promise<void> {
    const folder = join(root, "test", "output");
    await mkdir(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

/** How many elements there are; none in a frame that was replaced meanwhile. */
async function countIn(frame: Frame, selector: string): Promise<number> {
  if (frame.isDetached()) return 0;
  try {
    return await frame.locator(selector).count();
  } catch (error) {
    if (frame.isDetached()) return 0;
    throw error;
  }
}
