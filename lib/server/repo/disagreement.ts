import { CLASS_COUNT, type ClassId } from '@/lib/contract/classes.ts';
import { getPool } from '../db/connection.ts';

const PLACES = Array.from({ length: CLASS_COUNT }, (_, i) => i + 1);

/** Place of the most probable class of a prediction, from 1; the first of equals. */
const topPlace = (row: string): string =>
  `array_position(${row}."probabilities", GREATEST(${PLACES.map((i) => `${row}."probabilities"[${i}]`).join(', ')}))`;

/** Half of what is taken away from some classes and given to others. */
const GAP = `((${PLACES.map((i) => `abs(a."probabilities"[${i}] - b."probabilities"[${i}])`).join(' + ')}) / 2)::float8`;

/** What both versions ($1, $2) have predicted of the windows that are not stale. */
const BOTH = `
  SELECT a."windowId", w."ts", ${topPlace('a')} AS "first", ${topPlace('b')} AS "second",
         a."probabilities" AS "ofFirst", b."probabilities" AS "ofSecond", ${GAP} AS "gap"
    FROM "Prediction" a
    JOIN "Prediction" b ON b."windowId" = a."windowId" AND b."modelVersionId" = $2
    JOIN "Window" w ON w."id" = a."windowId" AND NOT w."stale"
   WHERE a."modelVersionId" = $1`;

/** Windows by what the first and the second version say. */
export async function countAgreement(firstId: number, secondId: number): Promise<number[][]> {
  const { rows } = await getPool().query<{ first: number; second: number; n: number }>(
    `SELECT "first", "second", count(*)::int AS "n" FROM (${BOTH}) d GROUP BY 1, 2`,
    [firstId, secondId],
  );
  const counts = PLACES.map(() => PLACES.map(() => 0));
  for (const { first, second, n } of rows) counts[first - 1][second - 1] = n;
  return counts;
}

export interface DisagreementRow {
  readonly windowId: string;
  readonly label: ClassId | null;
  /** Class indices, and the probability that each version gives its own. */
  readonly first: number;
  readonly second: number;
  readonly ofFirst: number;
  readonly ofSecond: number;
  readonly gap: number;
}

export interface DisagreementQuery {
  readonly firstId: number;
  readonly secondId: number;
  /** Class indices; null for any. */
  readonly says: number | null;
  readonly other: number | null;
  readonly order: 'gap' | 'newest';
  readonly limit: number;
  readonly offset: number;
}

/** A page of the windows of which two versions say different classes. */
export async function findDisagreements(query: DisagreementQuery): Promise<DisagreementRow[]> {
  const order = query.order === 'gap' ? '"gap" DESC' : '"ts" DESC';
  const { rows } = await getPool().query<DisagreementRow>(
    `SELECT d."windowId", d."first" - 1 AS "first", d."second" - 1 AS "second", d."ofFirst"[d."first"], d."ofSecond"[d."second"], d."gap", c."label"
       FROM (${BOTH}) d LEFT JOIN "CurrentRecord" c ON c."windowId" = d."windowId"
      WHERE d."first" <> d."second" AND ($3::int IS NULL OR d."first" = $3 + 1) AND ($4::int IS NULL OR d."second" = $4 + 1)
      ORDER BY d.${order}, d."windowId" LIMIT $5 OFFSET $6`,
    [query.firstId, query.secondId, query.says, query.other, query.limit, query.offset],
  );
  return rows;
}
