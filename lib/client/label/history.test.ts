import { describe, expect, it } from 'vitest';
import type { QueueProgress } from '@/lib/contract/label.ts';
import type { AnswerInput, OutboxEntry } from '../outbox/entry.ts';
import { standingAnswers } from './history.ts';
import { withWaiting } from './progress.ts';

const label = (id: string, given: 'flag' | 'wedge' = 'flag'): AnswerInput => ({
  kind: 'label',
  id,
  windowId: `window of ${id}`,
  itemId: null,
  elapsedMs: 0,
  answeredAt: '2026-01-01T00:00:00.000Z',
  label: given,
});
const page = (id: string, ...answers: AnswerInput[]) => ({
  id,
  queueId: 1,
  class: 'flag' as const,
  answers,
  elapsedMs: 0,
  answeredAt: '2026-01-01T00:00:00.000Z',
});
const kept = { seq: 1, author: 'ann', queueId: 1, leaseIds: [], refusal: null };
const sent = (input: AnswerInput): OutboxEntry => ({ ...kept, kind: 'annotation', input });
const recorded = (id: string) => ({
  id,
  windowId: `window of ${id}`,
  itemId: null,
  kind: 'label' as const,
  label: 'flag' as const,
  skipReason: null,
  retractsId: null,
  suggestedClass: 'flag' as const,
  note: null,
  marks: null,
  poleKatr: null,
  guideVersion: null,
  surplus: false,
  answeredAt: '2026-01-01T00:00:00.000Z',
});

const first = page('p1', label('a'), label('b', 'wedge'));
const second = page('p2', label('c'), label('d'));
const waiting: OutboxEntry[] = [
  { ...kept, kind: 'page', input: first },
  sent(label('single')),
  { ...kept, kind: 'page', input: second },
  { ...kept, kind: 'pageRetraction', retracts: second, answeredAt: '2026-01-01T00:00:00.000Z' },
  // Recorded already, and now taken back too.
  {
    ...kept,
    kind: 'pageRetraction',
    retracts: page('p0', label('x'), label('y')),
    answeredAt: '2026-01-01T00:00:00.000Z',
  },
];

describe('pages that wait in this browser', () => {
  it('stand with each of their answers, unless the page is taken back', () => {
    const standing = standingAnswers([recorded('y'), recorded('x'), recorded('old')], waiting, 1);
    expect(standing.map(({ id, label, suggested }) => [id, label, suggested])).toEqual([
      ['single', 'flag', null],
      ['b', 'wedge', 'flag'],
      ['a', 'flag', 'flag'],
      ['old', 'flag', 'flag'],
    ]);
  });

  it('count towards progress like answers one by one', () => {
    const none = { flag: 0, wedge: 0, blowoff: 0, wick_exhaustion: 0, none: 0 };
    const progress: QueueProgress = {
      queueId: 1,
      name: 'Seeds',
      targets: none,
      labelled: none,
      remaining: 100,
      total: 100,
      mine: { answers: 0, perMinute: null },
    };
    expect(withWaiting(progress, waiting, 1)).toMatchObject({
      labelled: { flag: 2, wedge: 1 },
      remaining: 97,
    });
  });
});
