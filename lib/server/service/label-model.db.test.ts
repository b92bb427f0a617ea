// Random walks of claims, answers, undos, releases and ended leases against a model of a few lines in memory.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Actor } from '../auth/actor.ts';
import { closeDatabase, configureDatabase, getPool } from '../db/connection.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import {
  addPerson,
  addQueue,
  expireLeases,
  labelInput,
  retractionInput,
  skipInput,
} from '../testing/labelling.ts';
import { annotate, claimItems, myAnswers, releaseLeases } from './label.ts';

const PEOPLE = 3;
const WINDOWS = 7;

interface Answer {
  id: string;
  person: number;
  label: ClassId | null;
  surplus: boolean;
}

/** One item: who holds it now, who held it and was not yet replaced, and the answers that stand. */
interface ModelItem {
  itemId: string;
  windowId: string;
  holders: Set<number>;
  answers: Answer[];
}

const counted = (item: ModelItem) => item.answers.filter((a) => a.label !== null && !a.surplus).length;

/** May be served to a person: not done, not theirs already, and a place is neither answered nor in other hands. */
function open(item: ModelItem, person: number, overlap: number): boolean {
  const others = [...item.holders].filter((holder) => holder !== person).length;
  return (
    counted(item) < overlap &&
    counted(item) + others < overlap &&
    !item.answers.some((a) => a.person === person)
  );
}

type Step =
  | { do: 'claim'; person: number; count: number }
  | { do: 'label'; person: number; item: number; label: ClassId }
  | { do: 'skip'; person: number; item: number }
  | { do: 'undo'; person: number }
  | { do: 'expire'; person: number }
  | { do: 'release'; person: number };

const person = fc.integer({ min: 0, max: PEOPLE - 1 });
const item = fc.integer({ min: 0, max: WINDOWS - 1 });
const steps = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('claim' as const),
        person,
        count: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('label' as const),
        person,
        item,
        label: fc.constantFrom(...CLASS_IDS),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('skip' as const), person, item }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('undo' as const), person }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('expire' as const), person }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('release' as const), person }) },
  ),
  { minLength: 25, maxLength: 60 },
);

class Walk {
  readonly #items: ModelItem[];

  constructor(
    readonly queueId: number,
    readonly overlap: number,
    readonly people: readonly Actor[],
    items: ModelItem[],
  ) {
    this.#items = items;
  }

  async take(step: Step): Promise<void> {
    const actor = this.people[step.person];
    switch (step.do) {
      case 'claim':
        return this.#claim(step.person, step.count, actor);
      case 'label':
      case 'skip':
        return this.#answer(step, actor);
      case 'undo':
        return this.#undo(step.person, actor);
      case 'expire':
        await expireLeases(actor);
        for (const one of this.#items) one.holders.delete(step.person);
        return;
      case 'release': {
        const { rows } = await getPool().query<{ id: string }>(
          'SELECT "id" FROM "Lease" WHERE "userId" = $1',
          [actor.id],
        );
        await releaseLeases(actor, { leaseIds: rows.map(({ id }) => id) });
        for (const one of this.#items) one.holders.delete(step.person);
      }
    }
  }

  /** A claim gives as many as are open, each of them open, those in hand first. */
  async #claim(who: number, count: number, actor: Actor): Promise<void> {
    const answer = await claimItems(actor, { id: this.queueId, count, holding: [], hold: 'ready' });
    const possible = this.#items.filter((one) => open(one, who, this.overlap));
    expect(answer.items).toHaveLength(Math.min(count, possible.length));
    expect(answer.empty === null).toBe(answer.items.length === count);
    const held = possible.filter((one) => one.holders.has(who));
    const got = answer.items.map(({ itemId }) => possible.find((one) => one.itemId === itemId));
    expect(got).not.toContain(undefined);
    expect(got.filter((one) => one && held.includes(one))).toHaveLength(Math.min(count, held.length));
    for (const one of got) one?.holders.add(who);
  }

  async #answer(step: Extract<Step, { do: 'label' | 'skip' }>, actor: Actor): Promise<void> {
    const one = this.#items[step.item];
    const others = [...one.holders].filter((holder) => holder !== step.person).length;
    const own = one.answers.some((a) => a.person === step.person && a.label !== null && !a.surplus);
    const surplus = own || !(one.holders.has(step.person) || counted(one) + others < this.overlap);
    const input = step.do === 'label' ? labelInput(one, step.label) : skipInput(one);
    const first = await annotate(actor, input);
    expect(await annotate(actor, input)).toEqual(first);
    expect(first.annotation.surplus).toBe(surplus);
    one.holders.delete(step.person);
    one.answers.push({
      id: input.id,
      person: step.person,
      label: step.do === 'label' ? step.label : null,
      surplus,
    });
  }

  async #undo(who: number, actor: Actor): Promise<void> {
    const [newest] = (await myAnswers(actor, { queueId: this.queueId, limit: 1 })).answers;
    const one = this.#items.find(({ answers }) => answers.some(({ id }) => id === newest?.id));
    if (!newest || !one) {
      expect(this.#items.some(({ answers }) => answers.some((a) => a.person === who))).toBe(false);
      return;
    }
    const { item: back } = await annotate(actor, retractionInput(newest));
    one.answers = one.answers.filter(({ id }) => id !== newest.id);
    const others = [...one.holders].filter((holder) => holder !== who).length;
    if (counted(one) + others < this.overlap) {
      expect(back?.itemId).toBe(one.itemId);
      one.holders.add(who);
    } else {
      expect(back).toBeNull();
      one.holders.delete(who);
    }
  }

  /** The database agrees with the model, and no window is in more hands than its overlap leaves. */
  async agrees(): Promise<void> {
    const { rows } = await getPool().query<{
      id: string;
      answered: number;
      done: boolean;
      holders: string[];
    }>(
      `SELECT i."id", i."answered", i."done",
              ARRAY(SELECT l."userId" FROM "Lease" l
                     WHERE l."queueItemId" = i."id" AND l."expiresAt" > now() AT TIME ZONE 'UTC') AS "holders"
         FROM "QueueItem" i WHERE i."queueId" = $1 ORDER BY i."position"`,
      [this.queueId],
    );
    for (const [i, row] of rows.entries()) {
      const one = this.#items[i];
      expect(row.answered).toBe(counted(one));
      expect(row.done).toBe(counted(one) >= this.overlap);
      expect(new Set(row.holders)).toEqual(new Set([...one.holders].map((who) => this.people[who].id)));
      expect(row.answered + row.holders.length).toBeLessThanOrEqual(this.overlap);
    }
  }
}

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

test.each([1, 2])(
  'any sequence of claims, answers, undos and ended leases keeps its promises (overlap %i)',
  async (overlap) => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const { queueId, windowIds } = await addQueue(WINDOWS, overlap);
        const people = await Promise.all(Array.from({ length: PEOPLE }, (_, i) => addPerson(`p${i}`)));
        const { rows } = await getPool().query<{ id: string }>(
          'SELECT "id" FROM "QueueItem" WHERE "queueId" = $1 ORDER BY "position"',
          [queueId],
        );
        const items = rows.map(({ id }, i) => ({
          itemId: id,
          windowId: windowIds[i],
          holders: new Set<number>(),
          answers: [],
        }));
        const walk = new Walk(queueId, overlap, people, items);
        for (const step of sequence) {
          await walk.take(step);
          await walk.agrees();
        }
      }),
      { numRuns: 20, endOnFailure: true }, // shrinking would take minutes on a database,
    );
  },
);
