import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { ParsedAnnotationInput } from '@/lib/contract/label.ts';
import { allocateBars } from '@/lib/core/bar.ts';
import { createRandom } from '@/lib/core/random.ts';
import { DEFAULT_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import type { Snapshot } from '@/lib/core/snapshot.ts';
import { WINDOW_BARS } from '@/lib/core/window.ts';
import type { Actor } from '../auth/actor.ts';
import { packSnapshot } from '../bars/snapshot-bytes.ts';
import { getPool } from '../db/connection.ts';

const HOUR = 3_600_000;
const BARS = 192;

/** A person with an account of their own. */
export async function addPerson(name: string, role: Actor['role'] = 'analyst'): Promise<Actor> {
  const id = `${name}-${randomUUID()}`;
  await getPool().query(
    `INSERT INTO "User" ("id", "name", "email", "role", "updatedAt") VALUES ($1, $2, $3, $4::"Role", now())`,
    [id, name, `${id}@example.org`, role],
  );
  return { kind: 'person', id, name, role };
}

/** A snapshot of random hourly bars that ends at `ts`; its taker volume is unknown on its first bar. */
export function snapshotEndingAt(ts: number, seed: number): Snapshot {
  const random = createRandom(seed);
  const bars = allocateBars(BARS);
  let price = 100;
  for (let i = 0; i < BARS; i++) {
    bars.ts[i] = ts - (BARS - 1 - i) * HOUR;
    bars.open[i] = price;
    price *= 1 + 0.01 * random.normal();
    bars.close[i] = price;
    bars.high[i] = Math.max(bars.open[i], price) * 1.001;
    bars.low[i] = Math.min(bars.open[i], price) * 0.999;
    bars.volume[i] = 1 + random.next();
    bars.takerBuyVolume[i] = i === 0 ? Number.NaN : bars.volume[i] / 2;
  }
  return {
    timeframeMs: HOUR,
    bars,
    state: { atr: 1, ema: 100, averageGain: 0.5, averageLoss: 0.5, previousClose: 100 },
  };
}

export async function addSeries(symbol: string): Promise<number> {
  const { rows } = await getPool().query<{ id: number }>(
    `INSERT INTO "Series" ("venue", "symbol", "timeframe", "timeframeMs", "gridOffsetMs", "updatedAt")
     VALUES ('test', $1, '1h', ${HOUR}, 0, now()) RETURNING "id"`,
    [symbol],
  );
  return rows[0].id;
}

export async function addRuleSet(number: number): Promise<number> {
  const { rows } = await getPool().query<{ id: number }>(
    `INSERT INTO "RuleSet" ("number", "name", "params", "hash", "createdBy")
     VALUES ($1, 'test', $2, $3, 'test') RETURNING "id"`,
    [number, DEFAULT_RULE_SET, `rule set ${number}`],
  );
  return rows[0].id;
}

export interface TestWindow {
  /** Bar t, counted on the hourly grid. */
  readonly bar: number;
  readonly weakClass: ClassId;
  readonly kind?: 'event' | 'near_miss' | 'sampled_none' | 'undecided';
}

/** Windows with their weak labels, as one scan of the series would store them. */
export async function addWindows(
  seriesId: number,
  ruleSetId: number,
  windows: readonly TestWindow[],
): Promise<string[]> {
  const pool = getPool();
  const scan = await pool.query<{ id: number }>(
    `INSERT INTO "Scan" ("seriesId", "ruleSetId", "barsKey", "seed", "validWindows", "counts")
     VALUES ($1, $2, $3, 1, 1000, '{}') RETURNING "id"`,
    [seriesId, ruleSetId, randomUUID()],
  );
  const ids: string[] = [];
  for (const { bar, weakClass, kind = 'event' } of windows) {
    const id = uuidv7();
    const ts = bar * HOUR;
    const { bytes } = await packSnapshot(snapshotEndingAt(ts, bar));
    await pool.query('INSERT INTO "Snapshot" ("hash", "bytes") VALUES ($1, $2)', [id, bytes]);
    await pool.query(
      'INSERT INTO "Window" ("id", "seriesId", "ts", "snapshotHash") VALUES ($1, $2, $3, $4)',
      [id, seriesId, ts, id],
    );
    await pool.query(
      `INSERT INTO "WeakLabel" ("windowId", "ruleSetId", "scanId", "kind", "weakClass", "inclusionProbability", "votes")
       VALUES ($1, $2, $3, $4::"WeakKind", $5, 1, '[]')`,
      [id, ruleSetId, scan.rows[0].id, kind, weakClass],
    );
    ids.push(id);
  }
  return ids;
}

/** A queue of `size` windows that share no bars, in the order of their bars. */
export async function addQueue(size: number, overlap = 1): Promise<{ queueId: number; windowIds: string[] }> {
  const pool = getPool();
  const seriesId = await addSeries(`S${randomUUID().slice(0, 8)}`);
  const known = await pool.query<{ id: number }>('SELECT "id" FROM "RuleSet" LIMIT 1');
  const ruleSetId = known.rows[0]?.id ?? (await addRuleSet(1));
  const windowIds = await addWindows(
    seriesId,
    ruleSetId,
    Array.from({ length: size }, (_, i) => ({ bar: 1_000 + 64 * i, weakClass: 'flag' })),
  );
  const queue = await pool.query<{ id: number }>(
    `INSERT INTO "Queue" ("name", "ruleSetId", "overlap", "targets", "seed", "createdBy")
     VALUES ('test queue', $1, $2, '{"flag": 10}', 1, 'test') RETURNING "id"`,
    [ruleSetId, overlap],
  );
  const queueId = queue.rows[0].id;
  await pool.query(
    `INSERT INTO "QueueItem" ("queueId", "position", "windowId", "seriesId", "ts", "clearFrom", "suggestedClass")
     SELECT $1, n.place - 1, w."id", w."seriesId", w."ts", w."ts" + ${WINDOW_BARS * HOUR}, 'flag'
       FROM unnest($2::uuid[]) WITH ORDINALITY AS n(id, place) JOIN "Window" w ON w."id" = n.id`,
    [queueId, windowIds],
  );
  return { queueId, windowIds };
}

/** As if this person's leases (all, or these) had been taken long ago. */
export async function expireLeases(person: Actor, leaseIds?: readonly string[]): Promise<void> {
  await getPool().query(
    `UPDATE "Lease" SET "expiresAt" = now() AT TIME ZONE 'UTC' - interval '1 second'
      WHERE "userId" = $1 AND ($2::uuid[] IS NULL OR "id" = ANY($2::uuid[]))`,
    [person.id, leaseIds ?? null],
  );
}

type InputOfKind<Kind> = Extract<ParsedAnnotationInput, { kind: Kind }>;
type Target = { readonly itemId: string | null; readonly windowId: string };
const said = () => ({ id: uuidv7(), elapsedMs: 900, answeredAt: new Date().toISOString() });

export function labelInput(item: Target, label: ClassId = 'flag'): InputOfKind<'label'> {
  return {
    kind: 'label',
    ...said(),
    windowId: item.windowId,
    itemId: item.itemId,
    label,
    sawFuture: false,
  };
}

export function skipInput(item: Target): InputOfKind<'skip'> {
  return { kind: 'skip', ...said(), windowId: item.windowId, itemId: item.itemId, skipReason: 'unclear' };
}

export function retractionInput(answer: Target & { readonly id: string }): InputOfKind<'retraction'> {
  return {
    kind: 'retraction',
    ...said(),
    windowId: answer.windowId,
    itemId: answer.itemId,
    retractsId: answer.id,
  };
}
