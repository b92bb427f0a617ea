// @ts-check
/// <reference lib="webworker" />
// The service worker of the label page: without the server, a reload or a new tab gets the page that was last shown here.
// Everything else is in IndexedDB; this only brings the page itself back, and says of any other page that the server is
// away. The server always comes first, so that no one sees an old page while there is a new one. lib/client/kept-page.ts registers it and fills the cache.

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

/** The same name as in lib/client/kept-page.ts. */
const CACHE = 'halyard-label-page';
const PAGE = '/label';
/** Says that the server cannot be reached. */
const AWAY = '/away';
/** A server that has not answered by then is taken for away. */
const PATIENCE_MS = 10_000;
/** Files of builds long gone are let go. */
const MOST_FILES = 400;

/** Addresses whose content never changes. @param {string} path */
const isLasting = (path) =>
  path.startsWith('/_next/static/') || path.startsWith('/ort/') || /^\/api\/v1\/models\/[^/]+\/model\.onnx$/.test(path);
/** What the page asks for before it can show anything, the newest answer of which will do. @param {string} path */
const isFirstAsked = (path) => path === '/api/v1/queues' || path === '/api/v1/aliases/champion';

worker.addEventListener('install', () => void worker.skipWaiting());
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (request.mode === 'navigate') {
    if (pathname === PAGE || pathname === AWAY) event.respondWith(newest(request, pathname));
    else if (!pathname.startsWith('/api/')) event.respondWith(orAway(request));
  } else if (isLasting(pathname)) event.respondWith(lasting(request));
  else if (isFirstAsked(pathname)) event.respondWith(newest(request, pathname));
});

/** @param {Request} request @param {string} name what it is kept under */
async function newest(request, name) {
  const cache = await caches.open(CACHE);
  try {
    const response = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (response.status >= 502 && response.status <= 504) return (await cache.match(name)) ?? response;
    if (response.ok) await cache.put(name, response.clone());
    // Sent to sign in, or refused: what was kept is no longer this person's to see.
    else if (response.type === 'opaqueredirect' || response.status === 401 || response.status === 403)
      await cache.delete(name);
    return response;
  } catch (error) {
    const kept = await cache.match(name);
    if (kept) return kept;
    throw error;
  }
}

/** A page that is not kept. @param {Request} request */
async function orAway(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    if (!(await cache.match(AWAY))) throw error;
    const { pathname, search } = new URL(request.url);
    return Response.redirect(`${AWAY}?from=${encodeURIComponent(pathname + search)}`);
  }
}

/**
 * A kept answer has the address under which it was kept, without its fragment; one without any address takes the
 * request's. A worker reads from its own address's fragment what it is to load.
 * @param {Response} kept
 */
function asAsked({ body, status, statusText, headers }) {
  return new Response(body, { status, statusText, headers });
}

/** @param {Request} request */
async function lasting(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(request.url);
  if (kept) return asAsked(kept);
  const response = await fetch(request);
  if (response.ok) {
    await cache.put(request.url, response.clone());
    const files = await cache.keys();
    for (const old of files.slice(0, Math.max(0, files.length - MOST_FILES))) await cache.delete(old);
  }
  return response;
}
