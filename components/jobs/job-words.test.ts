import { describe, expect, it } from 'vitest';
import { resultFacts, stateOf } from './job-words.ts';

describe('a job in words', () => {
  it('is stopping from the wish to cancel it until it has stopped', () => {
    expect(stateOf({ state: 'running', cancelRequested: true })).toBe('stopping');
    expect(stateOf({ state: 'cancelled', cancelRequested: true })).toBe('cancelled');
    expect(stateOf({ state: 'running', cancelRequested: false })).toBe('running');
  });

  it('tells what it made in the words of its fields, and leaves nested parts out', () => {
    expect(resultFacts({ validWindows: 12, hash: 'ab', existed: false, events: { flag: 1 } })).toEqual([
      ['Valid windows', 12],
      ['Hash', 'ab'],
      ['Existed', 'no'],
    ]);
    expect(resultFacts(null)).toEqual([]);
  });
});
