/** Whether a state-changing request comes from our own pages: browsers always send Origin on those. */
export function isSameOrigin(request: Request): boolean {
  const origin = request.headers.get('origin');
  // No browser leaves both out, so a request without them carries no browser's cookie.
  if (!origin) return (request.headers.get('sec-fetch-site') ?? 'same-origin') === 'same-origin';
  const host = request.headers.get('x-forwarded-host') ?? request.headers.get('host');
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}
