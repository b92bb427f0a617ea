import { expect, it } from 'vitest';
import { isSameOrigin } from './origin.ts';

// Settings are read once: before the first call here.
process.env.HALYARD_URL = 'https://charts.example.org/';

const post = (headers: Record<string, string>) =>
  isSameOrigin(new Request('http://127.0.0.1:3000/api/v1/annotations', { method: 'POST', headers }));

it.each([
  ['a page of the address it is asked under', { origin: 'http://box:3000', host: 'box:3000' }, true],
  [
    'a page of HALYARD_URL, through a proxy with a host name of its own',
    { origin: 'https://charts.example.org', host: 'upstream' },
    true,
  ],
  ['a page of another site', { origin: 'https://evil.example', host: 'box:3000' }, false],
  [
    'a page whose address only begins like ours',
    { origin: 'https://charts.example.org.evil.example', host: 'upstream' },
    false,
  ],
  ['a page without an origin of its own', { origin: 'null', host: 'box:3000' }, false],
  ['a program', { host: 'box:3000' }, true],
  [
    'a browser that names no origin, from another site',
    { host: 'box:3000', 'sec-fetch-site': 'cross-site' },
    false,
  ],
])('%s', (_, headers, allowed) => {
  expect(post(headers)).toBe(allowed);
});
