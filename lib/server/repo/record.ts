import type pg from 'pg';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { RecordState } from '@/lib/contract/record.ts';
import type { Consensus, ConsensusRule, Voice } from '@/lib/core/agreement/consensus.ts';
import { getPool } from '../db/connection.ts';
import { DEFAULT_RULE } from './queue.ts';

/**
 * True for a row `a` of Annotation that nobody took back. The one place that says so: what a person may undo, what a
 * queue counts and what the team stands by all build on it.
 */
export const STANDS = `NOT EXISTS (SELECT 1 FROM "Annotation" back WHERE back."retractsId" = a."id")`;

/** What the label of record of a window is found from. */
export interface Evidence {
  readonly voices: readonly Voice<ClassId>[];
  /** Of the queues that hold the window the strictest; one answer where none does. */
  readonly rule: ConsensusRule;
  readonly current: CurrentRecord | null;
}

export interface CurrentRecord {
  readonly state: RecordState;
  readonly label: ClassId | null;
  readonly sawFuture: boolean;
  /** The answer that led to it. */
  readonly annotationId: string | null;
}

/** Holds the window against other answers to it, in whatever queue, until the transaction ends, and reads its answers. */
export async function readEvidence(client: pg.PoolClient, windowId: string): Promise<Evidence> {
  await client.query({
    name: 'window-lock',
    text: 'SELECT 1 FROM "Window" WHERE "id" = $1 FOR NO KEY UPDATE',
    values: [windowId],
  });
  // A statement of its own: it sees the answers that were committed before the lock was ours.
  const { rows } = await client.query<{
    voices: Voice<ClassId>[] | null;
    answers: number | null;
    agreement: number | null;
    current: CurrentRecord | null;
  }>({
    name: 'record-evidence',
    text: `SELECT (SELECT json_agg(json_build_object('label', v."label", 'sawFuture', v."sawFuture"))
                     FROM (SELECT DISTINCT ON (a."userId") a."label", a."sawFuture" FROM "Annotation" a
                            WHERE a."windowId" = $1 AND a."kind" = 'label' AND NOT a."gold" AND ${STANDS}
                            ORDER BY a."userId", a."receivedAt" DESC, a."id" DESC) v) AS "voices",
                  q."answers", q."agreement",
                  (SELECT json_build_object('state', c."state", 'label', c."label", 'sawFuture', c."sawFuture", 'annotationId', r."annotationId")
                     FROM "CurrentRecord" c JOIN "LabelRecord" r ON r."id" = c."recordId" WHERE c."windowId" = $1) AS "current"
             FROM (SELECT max(q."overlap") AS "answers", max(q."agreement") AS "agreement"
                     FROM "QueueItem" i JOIN "Queue" q ON q."id" = i."queueId"
                    WHERE i."windowId" = $1 AND q."purpose" <> 'review' AND q."saltOf" IS NULL) q`,
    values: [windowId],
  });
  const { voices, answers, agreement, current } = rows[0];
  return {
    voices: voices ?? [],
    rule: { answers: answers ?? DEFAULT_RULE.answers, agreement: agreement ?? DEFAULT_RULE.agreement },
    current,
  };
}

export interface NewRecord extends Omit<Consensus<ClassId>, 'state'> {
  readonly windowId: string;
  readonly state: RecordState;
  readonly rule: ConsensusRule;
  readonly annotationId: string | null;
  readonly adjudicator: string | null;
  readonly note: string | null;
}

/** Adds a row to the window's history and makes it the one in force; the caller holds the window. */
export async function writeRecord(client: pg.PoolClient, record: NewRecord): Promise<void> {
  await client.query({
    name: 'record-write',
    text: `WITH written AS (
             INSERT INTO "LabelRecord" ("windowId", "state", "label", "answers", "agreement", "wantedAnswers", "wantedShare",
               "sawFuture", "annotationId", "adjudicator", "note", "at")
             VALUES ($1, $2::"RecordState", $3, $4, $5, $6, $7, $8, $9, $10, $11, clock_timestamp() AT TIME ZONE 'UTC')
             RETURNING "id", "windowId", "state", "label", "sawFuture"
           )
           INSERT INTO "CurrentRecord" AS c ("recordId", "windowId", "state", "label", "sawFuture") SELECT * FROM written
           ON CONFLICT ("windowId") DO UPDATE SET "recordId" = excluded."recordId", "state" = excluded."state",
             "label" = excluded."label", "sawFuture" = excluded."sawFuture"`,
    values: [
      record.windowId,
      record.state,
      record.label,
      record.answers,
      record.agreement,
      record.rule.answers,
      record.rule.agreement,
      record.sawFuture,
      record.annotationId,
      record.adjudicator,
      record.note,
    ],
  });
}

export interface RecordRow {
  readonly windowId: string;
  readonly label: ClassId;
  /** Given while later bars were visible: never for gold or test sets. */
  readonly sawFuture: boolean;
  /**
   * Height of a flag's pole over the ATR of t where people marked it: the adjudicator's, else the median of those who
   * say that it is a flag.
   */
  readonly poleKatr: number | null;
}

export interface RecordFilter {
  /** Windows of this queue only. */
  readonly queueId?: number;
}

/** At most `limit` labels of record in the order of window ids, from after the window `after`. */
export async function readRecordPage(
  { queueId }: RecordFilter,
  after: string | null,
  limit: number,
): Promise<RecordRow[]> {
  const { rows } = await getPool().query<RecordRow>(
    `SELECT c."windowId", c."label", c."sawFuture",
            coalesce((SELECT a."poleKatr" FROM "LabelRecord" r JOIN "Annotation" a ON a."id" = r."annotationId"
                       WHERE r."id" = c."recordId" AND c."state" = 'adjudicated'),
                     (SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a."poleKatr") FROM "Annotation" a
                       WHERE a."windowId" = c."windowId" AND a."label" = c."label" AND NOT a."gold" AND ${STANDS})) AS "poleKatr"
       FROM "CurrentRecord" c
      WHERE c."label" IS NOT NULL AND ($1::uuid IS NULL OR c."windowId" > $1)
        AND ($2::int IS NULL OR EXISTS (SELECT 1 FROM "QueueItem" i WHERE i."queueId" = $2 AND i."windowId" = c."windowId"))
      ORDER BY c."windowId" LIMIT $3`,
    [after, queueId ?? null, limit],
  );
  return rows;
}

/** One change of what the team stands by. */
export interface RecordChange {
  readonly state: RecordState;
  readonly label: ClassId | null;
  readonly answers: number;
  readonly agreement: number;
  readonly wantedAnswers: number;
  readonly wantedShare: number;
  readonly adjudicator: string | null;
  readonly note: string | null;
  readonly at: Date;
}

/** A window's records, oldest first. */
export async function listRecordChanges(windowId: string): Promise<RecordChange[]> {
  const { rows } = await getPool().query<Omit<RecordChange, 'at'> & { at: number }>(
    `SELECT r."state", r."label", r."answers", r."agreement", r."wantedAnswers", r."wantedShare",
            coalesce(u."name", r."adjudicator") AS "adjudicator", r."note",
            (extract(epoch FROM r."at") * 1000)::float8 AS "at"
       FROM "LabelRecord" r LEFT JOIN "User" u ON u."id" = r."adjudicator"
      WHERE r."windowId" = $1 ORDER BY r."id"`,
    [windowId],
  );
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}
