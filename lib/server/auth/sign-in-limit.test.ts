import { expect, it } from 'vitest';
import { createSignInLimit } from './sign-in-limit.ts';

it('lets twelve failures a minute through for an address, however it is written, and others alone', () => {
  let now = 1000;
  const limit = createSignInLimit(() => now);
  for (let i = 0; i < 12; i++) expect(limit.begin(i % 2 ? 'Ann@Example.org ' : 'ann@example.org')).toBe(0);
  now += 20_000;
  expect(limit.begin('ann@example.org')).toBe(40);
  expect(limit.begin('ben@example.org')).toBe(0);
  now += 40_000;
  expect(limit.begin('ann@example.org')).toBe(0);
});

it('does not count sign-ins that succeed', () => {
  const limit = createSignInLimit(() => 0);
  for (let i = 0; i < 50; i++) {
    expect(limit.begin('ann@example.org')).toBe(0);
    limit.succeed('ann@example.org');
  }
});
