import { expect, type Locator, type Page } from '@playwright/test';

/** The explore page as a person at the keyboard sees it. */
export class ExplorePage {
  readonly page: Page;
  readonly chart: Locator;
  readonly readout: Locator;
  readonly said: Locator;
  readonly armed: Locator;
  readonly honesty: Locator;
  readonly run: Locator;
  readonly outbox: Locator;

  constructor(page: Page) {
    this.page = page;
    this.chart = page.getByTestId('explore-chart');
    this.readout = page.getByTestId('readout');
    this.said = page.getByTestId('said');
    this.armed = page.getByTestId('armed');
    this.honesty = page.getByTestId('honesty');
    this.run = page.getByTestId('model-run');
    this.outbox = page.getByTestId('outbox-state');
  }

  /** Chooses a series by typing some of its name, in a replay or with its whole history. */
  static async choose(page: Page, name: string, how: 'whole' | 'replay' = 'whole'): Promise<ExplorePage> {
    await page.goto(how === 'replay' ? '/explore?replay=true' : '/explore');
    await expect(page.getByRole('combobox', { name: 'Find a series' })).toBeFocused();
    await page.keyboard.type(name);
    await expect(page.getByRole('option')).toHaveCount(1);
    await page.keyboard.press('Enter');
    const explore = new ExplorePage(page);
    await explore.drawn();
    return explore;
  }

  static async open(page: Page, address: string): Promise<ExplorePage> {
    await page.goto(address);
    const explore = new ExplorePage(page);
    await explore.drawn();
    return explore;
  }

  /** M does nothing before it is known which model there is. */
  async hasModel(): Promise<void> {
    await expect(this.run.getByRole('button', { name: /^Run v/ })).toBeVisible();
  }

  /** Every bar in view is there. */
  async drawn(): Promise<void> {
    await expect(this.chart).toHaveAttribute('data-complete', 'true');
  }

  async level(): Promise<number> {
    return Number(await this.chart.getAttribute('data-level'));
  }

  /** Stamp of the cursor's bar, ms UTC. */
  async cursor(): Promise<number> {
    return Number(await this.readout.getAttribute('data-cursor'));
  }

  /** Presses a key and waits until the cursor has moved. */
  async move(key: string): Promise<number> {
    const before = await this.cursor();
    await this.page.keyboard.press(key);
    await expect(this.readout).not.toHaveAttribute('data-cursor', String(before));
    return this.cursor();
  }

  /** Goes to a time as a person types it. */
  async goTo(time: string): Promise<number> {
    await this.page.keyboard.press('g');
    await expect(this.page.getByRole('textbox', { name: 'Go to a time, UTC' })).toBeFocused();
    await this.page.keyboard.type(time);
    await this.page.keyboard.press('Enter');
    await expect(this.page.getByRole('textbox', { name: 'Go to a time, UTC' })).not.toBeFocused();
    return this.cursor();
  }

  /** How many marks of a source are in view. */
  async marksInView(source: 'rules' | 'people' | 'model'): Promise<number> {
    return Number(await this.page.getByTestId(`strip-${source}`).getAttribute('data-count'));
  }

  async saved(): Promise<void> {
    await expect(this.outbox).toHaveText('saved');
  }
}
