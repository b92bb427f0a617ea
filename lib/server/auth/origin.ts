import { env, publicOrigin } from '../env.ts';

/**
 * Whether a state-changing request comes from our own pages: browsers always send Origin on those. Behind a proxy that
 * passes on another host name, HALYARD_URL says what ours is.
 */
export function isSameOrigin(request: Request): boolean {
  const origin = request.headers.get('origin');
  // No browser leaves both out, so a request without them carries no browser's cookie.
  if (!origin) return (request.headers.get('sec-fetch-site') ?? 'same-origin') === 'same-origin';
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host');
  if (env().HALYARD_URL && origin === publicOrigin()) return true;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
