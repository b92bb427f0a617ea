import { type BrowserContext, expect } from '@playwright/test';

/**
 * Notes what a careful browser complains about: errors in the console, uncaught exceptions, and anything that a
 * Content-Security-Policy had to refuse, in pages and in their workers.
 * @param expected trouble that the test itself makes
 * @returns asks for the verdict; call it at the end
 */
export async function watchForTrouble(context: BrowserContext, expected?: RegExp): Promise<() => void> {
  const trouble: string[] = [];
  const note = (text: string) => {
    if (!expected?.test(text)) trouble.push(text);
  };
  await context.exposeFunction('reportViolation', (text: string) => note(`policy: ${text}`));
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => {
      const report = (globalThis as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`${event.violatedDirective} ${event.blockedURI} at ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  context.on('weberror', (error) => note(`exception: ${error.error().stack ?? error.error().message}`));
  // What a worker's policy refuses is said in the console only.
  context.on('console', (message) => {
    if (message.type() === 'error') note(`console: ${message.text()} (${message.location().url})`);
  });
  return () => expect(trouble, 'what the browser complained about').toEqual([]);
}

/** What a browser says while the network or the server is away; `ERR_FAILED` where its service worker asked. */
export const NETWORK_AWAY =
  /ERR_FAILED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|Failed to fetch RSC/;
