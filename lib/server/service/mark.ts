import { CLASS_IDS, classIndex, NONE } from '@/lib/contract/classes.ts';
import { MOST_MARKS, type ModelMarks, type PeopleMark, type RuleMarks } from '@/lib/contract/explore.ts';
import { holdsRole } from '@/lib/contract/roles.ts';
import { type Actor, requireRole } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { notFound } from '../error.ts';
import { findAliased } from '../repo/alias.ts';
import {
  countPredictedOfSeries,
  findModelMarks,
  findPeopleMarks,
  findRuleMarks,
  type MarkRange,
} from '../repo/mark.ts';
import { findSeries } from '../repo/series.ts';
import { findScannedRuleSets } from '../repo/series-search.ts';

interface Asked {
  readonly id: number;
  /** ms UTC, both included. */
  readonly from: number;
  readonly to: number;
}

/**
 * Events of a rule set, of the newest scan's where none is named; nothing where the series was not scanned with it. An
 * analyst is told none of a window that is a blind item they may still be served, here and in modelMarks.
 * @param most marks in one answer
 */
export async function ruleMarks(
  actor: Actor,
  { ruleSetNumber, ...asked }: Asked & { ruleSetNumber?: number },
  most = MOST_MARKS,
): Promise<RuleMarks> {
  requireRole(actor, 'analyst');
  const range = await rangeOf(asked, most);
  const scanned = await findScannedRuleSets(asked.id);
  const ruleSet =
    ruleSetNumber === undefined ? scanned[0] : scanned.find(({ number }) => number === ruleSetNumber);
  const { rows, next } = ruleSet
    ? cut(await findRuleMarks(ruleSet.id, eyesOf(actor), range), most)
    : { rows: [], next: null };
  return {
    ruleSet: ruleSet ? { number: ruleSet.number, name: ruleSet.name } : null,
    ts: rows.map(({ ts }) => ts),
    class: rows.map((row) => row.class),
    direction: rows.map(({ direction }) => direction),
    poleKatr: rows.map(({ poleKatr }) => poleKatr),
    next,
  };
}

/**
 * Labels that stand. An analyst is told only their own: a window that others have answered may still be served to them,
 * and must be judged without.
 */
export async function peopleMarks(
  actor: Actor,
  asked: Asked,
  most = MOST_MARKS,
): Promise<{ marks: PeopleMark[]; next: number | null }> {
  requireRole(actor, 'analyst');
  const eyes = eyesOf(actor);
  const range = await rangeOf(asked, most);
  const { rows, next } = cut(await findPeopleMarks(eyes, range), most);
  const marks = rows.map(({ userId, author, answeredAt, ...row }) => ({
    ...row,
    mine: userId === actor.id,
    author: eyes === null ? author : null,
    answeredAt: new Date(answeredAt).toISOString(),
  }));
  return { marks, next };
}

/** Stored windows in which the champion sees a pattern. */
export async function modelMarks(actor: Actor, asked: Asked, most = MOST_MARKS): Promise<ModelMarks> {
  requireRole(actor, 'analyst');
  const range = await rangeOf(asked, most);
  const champion = await findAliased(getDb(), 'champion');
  const { rows, next } = champion
    ? cut(await findModelMarks(champion.id, classIndex(NONE), eyesOf(actor), range), most)
    : { rows: [], next: null };
  return {
    version: champion?.name ?? null,
    predicted: champion ? await countPredictedOfSeries(asked.id, champion.id) : { windows: 0, total: 0 },
    ts: rows.map(({ ts }) => ts),
    class: rows.map((row) => CLASS_IDS[row.classIndex]),
    quality: rows.map(({ quality }) => quality),
    poleKatr: rows.map(({ poleKatr }) => poleKatr),
    next,
  };
}

/** Null for those who may see everything; an analyst is to judge what they may still be served by themselves. */
function eyesOf(actor: Actor): string | null {
  return holdsRole(actor.role, 'reviewer') ? null : actor.id;
}

/** One mark more than fits tells whether there are more. @throws Refusal `not_found` */
async function rangeOf({ id, from, to }: Asked, most: number): Promise<MarkRange> {
  if (!(await findSeries(id))) throw notFound(`series ${id}`);
  return { seriesId: id, from, to, limit: most + 1 };
}

/** Marks of one bar are never parted: the next answer begins with all of the first bar that did not fit. */
function cut<Row extends { readonly ts: number }>(
  rows: readonly Row[],
  most: number,
): { rows: readonly Row[]; next: number | null } {
  if (rows.length <= most) return { rows, next: null };
  const next = rows[most].ts;
  return { rows: rows.filter(({ ts }) => ts < next), next };
}
