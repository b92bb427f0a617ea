import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { contentHash } from './content-hash.ts';

test('equal content has one hash whatever the order of its keys, however deep, and other content another', () => {
  const value = { b: [2, { d: null, c: 'x' }], a: 1.5 };
  const same = { a: 1.5, b: [2, { c: 'x', d: null }] };
  const text = '{"a":1.5,"b":[2,{"c":"x","d":null}]}';
  expect(contentHash(value)).toBe(createHash('sha256').update(text).digest('hex'));
  expect(contentHash(same)).toBe(contentHash(value));
  expect(contentHash({ ...same, b: [{ c: 'x', d: null }, 2] })).not.toBe(contentHash(value));
});
