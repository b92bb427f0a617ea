import { describe, expect, it } from 'vitest';
import type { FilePreview } from '@/lib/contract/data.ts';
import { columnsFound, isReady, mapColumn, newDraft, problemsOf, withPreview } from './import-draft.ts';

const preview: FilePreview = {
  uploadId: '0190a4e6-7a5d-7a11-8a7e-2f2f5f7f0a11',
  name: 'AAAUSDT-1h.csv',
  bytes: 1000,
  format: 'headed',
  headers: ['time', 'o', 'h', 'l', 'c', 'v'],
  columns: { ts: 'time', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v' },
  venue: null,
  symbol: 'AAAUSDT',
  timeframe: '1h',
  sample: [],
};
const draft = newDraft('a', new File(['x'], 'AAAUSDT-1h.csv'));

describe('a file to import', () => {
  it('is not ready before it has been looked at', () => {
    expect(isReady(draft)).toBe(false);
    expect(problemsOf(draft)).toEqual({});
  });

  it('asks for what could not be guessed and for nothing else', () => {
    expect(problemsOf(withPreview(draft, preview))).toEqual({ venue: 'venue is missing' });
  });

  it('keeps the venue that was given to all files before it was read', () => {
    const read = withPreview({ ...draft, venue: 'demo' }, { ...preview, venue: 'other' });
    expect(read.venue).toBe('demo');
    expect(isReady(read)).toBe(true);
  });

  it('says what is wrong with a corrected guess', () => {
    const wrong = { ...withPreview(draft, preview), venue: 'demo', symbol: 'A/B', timeframe: 'hour' };
    expect(Object.keys(problemsOf(wrong)).sort()).toEqual(['symbol', 'timeframe']);
  });

  it('needs every column but taker volume', () => {
    const read = withPreview({ ...draft, venue: 'demo' }, preview);
    const without = { ...read, columns: mapColumn(read.columns, 'close', null) };
    expect(problemsOf(without)).toEqual({ close: 'say which column is close' });
    expect(columnsFound(without.columns)).toBe('5 of 7');
    expect(problemsOf({ ...without, columns: mapColumn(without.columns, 'close', 'c') })).toEqual({});
  });
});
