import { afterEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from './sha256.ts';

afterEach(() => vi.unstubAllGlobals());

describe('sha256Hex', () => {
  // FIPS 180-4 example: the message "abc".
  const bytes = new TextEncoder().encode('abc');
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

  it('hashes in a secure context', async () => {
    expect(await sha256Hex(bytes)).toBe(expected);
  });

  it('hashes the same where the page has no crypto.subtle', async () => {
    vi.stubGlobal('crypto', {});
    expect(await sha256Hex(bytes)).toBe(expected);
  });
});
