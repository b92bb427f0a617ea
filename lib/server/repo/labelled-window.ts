import type { ClassId } from '@/lib/contract/classes.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import { getPool } from '../db/connection.ts';
import type { Span } from './annotation.ts';
import { unpackEmbeddings } from './prediction.ts';

export interface LabelledWindow extends Span {
  readonly id: string;
  readonly label: ClassId;
}

/** Labelled windows and what a version makes of them, one embedding after another in the same order. */
export interface LabelledWindows {
  readonly windows: readonly LabelledWindow[];
  readonly embeddings: Float32Array;
}

type Row = [id: string, label: ClassId, seriesId: number, ts: number, clearFrom: number, sent: Buffer];

/**
 * Windows that a version has predicted and that may be shown with their label of record: nobody is still to be asked
 * about them, so neither gold nor what a queue wants answers for.
 */
export async function readLabelledWindows(versionId: number): Promise<LabelledWindows> {
  const { rows } = await getPool().query<Row>({
    text: `SELECT w."id", c."label", w."seriesId", w."ts", w."ts" + $2 * s."timeframeMs", array_send(p."embedding")
             FROM "CurrentRecord" c
             JOIN "Window" w ON w."id" = c."windowId" AND NOT w."stale"
             JOIN "Series" s ON s."id" = w."seriesId"
             JOIN "Prediction" p ON p."windowId" = w."id" AND p."modelVersionId" = $1
            WHERE c."label" IS NOT NULL AND NOT c."sawFuture"
              AND NOT EXISTS (SELECT 1 FROM "GoldMark" g WHERE g."windowId" = w."id")
              AND NOT EXISTS (SELECT 1 FROM "QueueItem" i WHERE i."windowId" = w."id" AND NOT i."done")`,
    values: [versionId, WINDOW_BARS],
    rowMode: 'array',
  });
  return {
    windows: rows.map(([id, label, seriesId, ts, clearFrom]) => ({ id, label, seriesId, ts, clearFrom })),
    embeddings: unpackEmbeddings(rows.map((row) => row[5])),
  };
}

/** Whether a person has a window before them whose suggestion is hidden from them. */
export async function holdsBlind(userId: string, windowId: string): Promise<boolean> {
  const { rows } = await getPool().query<{ holds: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM "Lease" l JOIN "QueueItem" i ON i."id" = l."queueItemId"
                     WHERE l."userId" = $1 AND i."windowId" = $2 AND i."blind") AS "holds"`,
    [userId, windowId],
  );
  return rows[0].holds;
}
