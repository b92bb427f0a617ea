import {
  type Browser,
  type BrowserContext,
  test as base,
  expect,
  type Page,
  request,
} from '@playwright/test';
import type { Role } from '../../lib/contract/roles.ts';
import { Installation } from './installation.ts';
import { ADMIN } from './page.ts';
import { watchForTrouble } from './trouble.ts';

export { ADMIN, expect };

export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

/** Signed in as somebody: what a browser would keep. */
export type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

/** The installation that most tests share: the demo market, one admin, and as many others as the tests ask for. */
export class House {
  readonly installation: Installation;
  readonly #sessions = new Map<string, Session>();
  #people = 0;

  private constructor(installation: Installation) {
    this.installation = installation;
  }

  static async open(): Promise<House> {
    const installation = await Installation.start({ demo: true });
    const secret = new URL(installation.link).searchParams.get('secret');
    const api = await request.newContext({ baseURL: installation.origin });
    const made = await api.post('/api/v1/setup', { data: { ...ADMIN, secret } });
    if (!made.ok()) throw new Error(`no first admin: ${made.status()} ${await made.text()}`);
    await api.dispose();
    return new House(installation);
  }

  get origin(): string {
    return this.installation.origin;
  }

  /** A person of their own for a test, so that no test sees another's answers. */
  async newPerson(role: Role = 'analyst'): Promise<Account> {
    const number = ++this.#people;
    const person = {
      name: `Person ${number}`,
      email: `person${number}@example.org`,
      password: `long enough password ${number}`,
    };
    const { id } = await this.asAdmin<{ id: string }>('POST', '/people', { ...person, role });
    return { ...person, id };
  }

  /** Calls the API as the admin. @throws Error with the server's answer when it is not a success */
  async asAdmin<T>(method: 'GET' | 'POST' | 'PATCH', path: string, data?: unknown): Promise<T> {
    return callAs<T>(this.origin, await this.sessionOf(ADMIN), method, path, data);
  }

  /** Signs in once a person; sign-in is rate-limited. */
  async sessionOf(person: { email: string; password: string }): Promise<Session> {
    const known = this.#sessions.get(person.email);
    if (known) return known;
    const session = await signInByApi(this.origin, person);
    this.#sessions.set(person.email, session);
    return session;
  }
}

/** @throws Error with the server's answer */
async function signInByApi(origin: string, { email, password }: { email: string; password: string }) {
  const api = await request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } });
  const signIn = () => api.post('/api/auth/sign-in/email', { data: { email, password } });
  let answer = await signIn();
  for (
    const until = Date.now() + 70_000;
    answer.status() === 429 && Date.now() < until;
    answer = await signIn()
  )
    await new Promise((resolve) => setTimeout(resolve, 2000));
  if (!answer.ok()) throw new Error(`${email} cannot sign in: ${answer.status()} ${await answer.text()}`);
  const session = await api.storageState();
  await api.dispose();
  return session;
}

/** One call of the API with somebody's session, as from a page of the app. */
export async function callAs<T>(
  origin: string,
  storageState: Session,
  method: 'GET' | 'POST' | 'PATCH',
  path: string,
  data?: unknown,
): Promise<T> {
  const api = await request.newContext({ baseURL: origin, storageState, extraHTTPHeaders: { origin } });
  const answer = await api.fetch(`/api/v1${path}`, { method, ...(data === undefined ? {} : { data }) });
  const text = await answer.text();
  await api.dispose();
  if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${text}`);
  return JSON.parse(text) as T;
}

interface OpenOptions {
  /** Trouble that the test itself makes, such as a network that it takes away. */
  expected?: RegExp;
  context?: Parameters<Browser['newContext']>[0];
}

interface TestFixtures {
  /** A browser of somebody's own, or of nobody's; the test fails on what it complains about. */
  open: (person: { email: string; password: string } | null, options?: OpenOptions) => Promise<Page>;
}

interface WorkerFixtures {
  house: House;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  house: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from the pattern
    async ({}, use) => {
      const house = await House.open();
      await use(house);
      await house.installation.remove();
    },
    { scope: 'worker', timeout: 600_000 },
  ],
  open: async ({ browser, house }, use) => {
    // A test that took it down and failed half-way must not take the others with it.
    await house.installation.start();
    const opened: { context: BrowserContext; verdict: () => void }[] = [];
    await use(async (person, options = {}) => {
      const context = await browser.newContext({
        baseURL: house.origin,
        ...(person ? { storageState: await house.sessionOf(person) } : {}),
        ...options.context,
      });
      opened.push({ context, verdict: await watchForTrouble(context, options.expected) });
      return context.newPage();
    });
    for (const { context } of opened) {
      // What a test hears of is on its way at any time.
      for (const page of context.pages()) await page.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    }
    for (const { verdict } of opened) verdict();
  },
});
