import { expect, type Locator, type Page, test } from '@playwright/test';

/** The label page as a person at the keyboard sees it. */
export class LabelPage {
  readonly page: Page;
  readonly chart: Locator;
  readonly suggestion: Locator;
  readonly answers: Locator;
  readonly ready: Locator;
  readonly outbox: Locator;
  readonly model: Locator;

  constructor(page: Page) {
    this.page = page;
    this.chart = page.getByRole('region', { name: 'Chart' });
    this.suggestion = page.getByRole('region', { name: 'Suggestion' });
    this.answers = page.getByTestId('answers');
    this.ready = page.getByTestId('ready');
    this.outbox = page.getByTestId('outbox-state');
    this.model = page.getByTestId('model-panel');
  }

  /** @param queueId the default queue where left out */
  static async open(page: Page, queueId?: number): Promise<LabelPage> {
    await page.goto(queueId === undefined ? '/label' : `/label?queue=${queueId}`);
    const label = new LabelPage(page);
    await label.hasWindow();
    return label;
  }

  async hasWindow(): Promise<void> {
    await expect(this.chart).toBeVisible();
    await expect(this.ready).not.toHaveAttribute('data-count', '0');
  }

  /** The window in view. */
  async windowId(): Promise<string> {
    const id = await this.chart.getAttribute('data-window');
    if (id === null) throw new Error('no window is in view');
    return id;
  }

  async suggested(): Promise<string> {
    return (await this.suggestion.getAttribute('data-class')) ?? '';
  }

  /** Presses keys and waits until the next window is in view. @returns the window that was answered */
  async answer(...keys: string[]): Promise<string> {
    const window = await this.windowId();
    for (const key of keys) await this.page.keyboard.press(key);
    await expect(this.chart).not.toHaveAttribute('data-window', window);
    return window;
  }

  /** Takes the last answer back and waits until its window is in view. */
  async undo(key: 'u' | 'Backspace' = 'u'): Promise<string> {
    const window = await this.windowId();
    await this.page.keyboard.press(key);
    await expect(this.chart).not.toHaveAttribute('data-window', window);
    return this.windowId();
  }

  async answersGiven(): Promise<number> {
    return Number(await this.answers.getAttribute('data-count'));
  }

  /** How many labels each class has, as the header counts them. */
  async counts(): Promise<Record<string, number>> {
    const items = this.page.getByRole('list', { name: /Labels toward the target/ }).locator('[data-class]');
    const entries = await items.evaluateAll((found) =>
      found.map((item) => [
        item.getAttribute('data-class') ?? '',
        Number.parseInt((item.getAttribute('title') ?? '').split(': ')[1] ?? '', 10),
      ]),
    );
    return Object.fromEntries(entries) as Record<string, number>;
  }

  /** Waits until this open page has taken a version over by itself; the report says how soon. */
  async follows(version: string): Promise<void> {
    const began = Date.now();
    await expect(this.model).toHaveAttribute('data-version', version);
    await expect(this.model).toHaveAttribute('data-phase', 'ready');
    test.info().annotations.push({ type: `followed to ${version}`, description: `${Date.now() - began} ms` });
  }

  /** Waits until the server has everything. */
  async saved(): Promise<void> {
    await expect(this.outbox).toHaveText('saved');
  }
}

/** An answer as the server lists it. */
export interface ListedAnswer {
  readonly id: string;
  readonly windowId: string;
  readonly kind: string;
  readonly label: string | null;
  readonly skipReason: string | null;
}
