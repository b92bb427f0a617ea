import { expect, type Locator, type Page } from '@playwright/test';

/** The label page in grid mode, as a person at the keyboard sees it. */
export class GridPage {
  readonly page: Page;
  readonly grid: Locator;
  readonly cells: Locator;
  readonly summary: Locator;
  /** The pages that were submitted and stand. */
  readonly pages: Locator;
  readonly ready: Locator;
  readonly outbox: Locator;

  constructor(page: Page) {
    this.page = page;
    // The page drawn in advance is not reached by role.
    this.grid = page.getByRole('grid');
    this.cells = this.grid.getByRole('gridcell');
    this.summary = page.getByRole('status').filter({ hasText: /exception/ });
    this.pages = page.getByTestId('pages');
    this.ready = page.getByTestId('pages-ready');
    this.outbox = page.getByTestId('outbox-state');
  }

  static async open(page: Page, query = ''): Promise<GridPage> {
    await page.goto(`/label?mode=grid${query}`);
    const grid = new GridPage(page);
    await expect(grid.cells.first()).toBeFocused();
    return grid;
  }

  /** The windows in view, in reading order. */
  windows(): Promise<string[]> {
    return this.cells.evaluateAll((cells) => cells.map((cell) => cell.getAttribute('data-window') ?? ''));
  }

  /** What the windows in view are marked as, those that are. */
  marked(): Promise<[string, string][]> {
    return this.grid
      .locator('[data-exception]')
      .evaluateAll((cells) =>
        cells.map((cell): [string, string] => [
          cell.getAttribute('data-window') ?? '',
          cell.getAttribute('data-exception') ?? '',
        ]),
      );
  }

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Enter, until the page in view has been looked at long enough to be taken. @returns its windows */
  async submit(): Promise<string[]> {
    const windows = await this.windows();
    const before = Number(await this.pages.getAttribute('data-count'));
    await expect
      .poll(async () => {
        if (Number(await this.pages.getAttribute('data-count')) === before) await this.press('Enter');
        return this.pages.getAttribute('data-count');
      })
      .toBe(String(before + 1));
    return windows;
  }

  /** Waits until the server has everything. */
  async saved(): Promise<void> {
    await expect(this.outbox).toHaveText('saved');
  }
}
