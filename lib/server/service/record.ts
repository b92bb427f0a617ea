import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { WindowHistory } from '@/lib/contract/record.ts';
import { consensusOf } from '@/lib/core/agreement/consensus.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getPool } from '../db/connection.ts';
import { notFound } from '../error.ts';
import { findSpan, listAnswers } from '../repo/annotation.ts';
import { sendToReview, withdrawFromReview } from '../repo/queue.ts';
import {
  listRecordChanges,
  type RecordFilter,
  type RecordRow,
  readEvidence,
  readRecordPage,
  writeRecord,
} from '../repo/record.ts';

const PAGE = 5_000;

/**
 * What the team stands by, one row a window in the order of window ids, read a page at a time so that memory stays
 * constant. Answers that arrive meanwhile may or may not be among them.
 */
export async function* labelsOfRecord(actor: Actor, filter: RecordFilter = {}): AsyncGenerator<RecordRow> {
  requireRole(actor, 'analyst');
  let after: string | null = null;
  for (;;) {
    const page: RecordRow[] = await readRecordPage(filter, after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page[page.length - 1].windowId;
  }
}

/**
 * Finds a window's label of record anew after an answer or a retraction, in the transaction that wrote it. By majority,
 * as the strictest queue asks that holds the window; where people disagree the window goes to the reviewers. What a
 * reviewer decided stands until the reviewer takes it back.
 * @param takenBack the annotation that this one retracts
 */
export async function settleRecord(
  client: pg.PoolClient,
  windowId: string,
  annotationId: string,
  takenBack: string | null,
): Promise<void> {
  const { voices, rule, current } = await readEvidence(client, windowId);
  if (current?.state === 'adjudicated' && current.annotationId !== takenBack) return;
  const found = consensusOf(voices, rule);
  const same = current
    ? current.state === found.state && current.label === found.label && current.sawFuture === found.sawFuture
    : voices.length === 0;
  if (same) return;
  await writeRecord(client, { windowId, ...found, rule, annotationId, adjudicator: null, note: null });
  if (found.state === 'conflict') await sendToReview(client, windowId);
  else if (current?.state === 'conflict') await withdrawFromReview(client, windowId);
}

/** Makes a reviewer's answer the label of record, whatever others said or will say. */
export async function adjudicate(
  client: pg.PoolClient,
  decision: {
    readonly windowId: string;
    readonly label: ClassId;
    readonly annotationId: string;
    readonly reviewerId: string;
    readonly note: string | null;
    readonly sawFuture: boolean;
  },
): Promise<void> {
  const { windowId, label, annotationId, reviewerId, note, sawFuture } = decision;
  const { voices, rule } = await readEvidence(client, windowId);
  const { answers, agreement } = consensusOf(voices, rule);
  const found = { state: 'adjudicated' as const, label, answers, agreement, sawFuture };
  await writeRecord(client, { windowId, ...found, rule, annotationId, adjudicator: reviewerId, note });
}

/** Everything people said of a window, and every label of record it has had. */
export async function windowHistory(actor: Actor, { id }: { id: string }): Promise<WindowHistory> {
  requireRole(actor, 'reviewer');
  if (!(await findSpan(getPool(), id))) throw notFound(`window ${id}`);
  const [answers, records] = await Promise.all([listAnswers([id]), listRecordChanges(id)]);
  const iso = (at: Date) => at.toISOString();
  return {
    answers: (answers.get(id) ?? []).map((answer) => ({
      ...answer,
      at: iso(answer.at),
      retractedAt: answer.retractedAt && iso(answer.retractedAt),
    })),
    records: records.map((record) => ({ ...record, at: iso(record.at) })),
  };
}
