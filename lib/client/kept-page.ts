import { RUNTIME_FILES } from '@/workers/browser/runtime-files.ts';

// The names that public/kept-page.js knows too.
const CACHE = 'halyard-label-page';
const PAGE = '/label';
const AWAY = '/away';
const FIRST_ASKED = ['/api/v1/queues', '/api/v1/aliases/champion'];

const WORKER = '/kept-page.js';
/** Whose page is kept. */
const PERSON = 'halyard-page-of';

/** Whether this browser can show the label page without the server: not where the app is served over plain http. */
export function canKeepPage(): boolean {
  return globalThis.isSecureContext && 'serviceWorker' in navigator && process.env.NODE_ENV === 'production';
}

/**
 * Keeps the label page with all that it has loaded and asked for, so that it can be reloaded, or opened anew, without the
 * server. A service worker does the rest and keeps it current.
 * @param more files that the page will need besides
 * @returns whether it is kept
 */
export async function keepPage(more: readonly string[] = []): Promise<boolean> {
  if (!canKeepPage()) return false;
  try {
    await navigator.serviceWorker.register(WORKER, { scope: '/' });
    await fill([PAGE, ...FIRST_ASKED, ...filesLoaded(), ...more, AWAY]);
    await fill(await filesNamedBy(AWAY));
    return true;
  } catch (error) {
    // The network went away meanwhile; the next page that is opened keeps it.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** @throws TypeError where one cannot be fetched */
async function fill(paths: readonly string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  const known = new Set((await cache.keys()).map(({ url }) => new URL(url).pathname));
  for (const path of new Set(paths)) {
    if (known.has(path)) continue;
    const response = await fetch(path, { redirect: 'error' });
    if (!response.ok) throw new TypeError(`${path} answered ${response.status}`);
    await cache.put(path, response);
  }
}

/** The scripts and styles that a kept page begins with. */
async function filesNamedBy(page: string): Promise<string[]> {
  const kept = await (await caches.open(CACHE)).match(page);
  const html = (await kept?.text()) ?? '';
  return [...html.matchAll(/(?:src|href)="(\/_next\/static\/[^"?]+)/g)].map(([, path]) => path);
}

function filesLoaded(): string[] {
  return performance
    .getEntriesByType('resource')
    .map(({ name }) => new URL(name))
    .filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/_next/static/'))
    .map(({ pathname }) => pathname);
}

/** Keeps what the model needs in the browser too. */
export function keepModel(url: string): Promise<boolean> {
  // A page does not see what its workers load.
  return keepPage([url, ...RUNTIME_FILES]);
}

/** Forgets the kept page unless it was made for `person`; for null in any case. */
export async function forgetPageOfOthers(person: string | null): Promise<void> {
  if (person !== null && localStorage.getItem(PERSON) === person) return;
  if ('caches' in globalThis) await caches.delete(CACHE);
  if (person === null) localStorage.removeItem(PERSON);
  else localStorage.setItem(PERSON, person);
}
