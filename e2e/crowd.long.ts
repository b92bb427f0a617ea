import { setTimeout as sleep } from 'node:timers/promises';
import { expect, request, test } from '@playwright/test';
import { createRandom, type Random } from '../lib/core/random.ts';
import { addManyWindows } from '../lib/server/testing/many-windows.ts';
import { Installation } from './support/installation.ts';
import { Labeller } from './support/labeller.ts';
import { ADMIN } from './support/page.ts';
import { kill, processesOf } from './support/processes.ts';

const PEOPLE = 50;
const WINDOWS = 100_000;
/** Minutes of undisturbed work; a third as long things are killed after that. */
const MINUTES = Number(process.env.HALYARD_CROWD_MINUTES ?? 10);
/** An answer in two seconds: faster than anyone labels for long. */
const PACE_MS = 2_000;
const SEED = Number(process.env.HALYARD_CROWD_SEED ?? Date.now() % 100_000);
const OVERLAP = 1;

test('fifty people lose nothing and double nothing, also while server, worker and Postgres are killed', async () => {
  test.setTimeout((MINUTES * 60_000 * 4) / 3 + 1_200_000);
  const random = createRandom(SEED);
  const installation = await Installation.start({ demo: false });
  try {
    const queueId = await fill(installation);
    const people = await seatAll(installation, queueId);
    const hands = watchHands(installation, queueId);
    const calmUntil = Date.now() + MINUTES * 60_000;
    await Promise.all(people.map((one) => one.work(calmUntil, PACE_MS)));
    const calm = hands.most();

    const roughUntil = Date.now() + MINUTES * 20_000;
    const work = Promise.all(people.map((one) => one.work(roughUntil, PACE_MS)));
    const killed = await killUntil(installation, roughUntil, random);
    await work;
    await Promise.all(people.map((one) => one.finish(Date.now() + 300_000)));
    const rough = await hands.stop();

    const found = await count(
      installation,
      people.flatMap(({ given }) => given),
    );
    const refused = people.flatMap((one) => one.refused);
    console.log(
      [
        `seed ${SEED}: ${PEOPLE} people on ${WINDOWS} windows, ${MINUTES} min of work and ${(MINUTES / 3).toFixed(1)} min with ${killed.length} kills (${killed.join(', ')})`,
        `answers sent ${found.sent}, stored ${found.stored}, lost ${found.lost}, doubled ${found.doubled}, refused ${refused.length}`,
        `counted beyond the overlap ${found.beyond}; surplus ${found.surplus}; most hands an item was in: ${calm} at work, ${rough} in all (overlap ${OVERLAP})`,
      ].join('\n'),
    );
    expect(refused.map(({ refusal }) => refusal)).toEqual([]);
    expect({ ...found, sent: 0, stored: 0, surplus: 0 }).toEqual({
      sent: 0,
      stored: 0,
      surplus: 0,
      lost: 0,
      doubled: 0,
      beyond: 0,
    });
    expect(found.stored).toBe(found.sent);
    expect(Math.max(calm, rough)).toBeLessThanOrEqual(OVERLAP);
  } finally {
    await installation.remove();
  }
});

async function fill(installation: Installation): Promise<number> {
  const client = await installation.connect();
  try {
    const [queueId] = await addManyWindows(client, { windows: WINDOWS, queues: 1, name: 'crowd' });
    return queueId;
  } finally {
    await client.end();
  }
}

/** Fifty people, signed in. */
async function seatAll(installation: Installation, queueId: number): Promise<Labeller[]> {
  const { origin } = installation;
  const secret = new URL(installation.link).searchParams.get('secret');
  const admin = await request.newContext({ baseURL: origin, extraHTTPHeaders: { origin } });
  const expectOk = async (answer: Promise<{ ok(): boolean; text(): Promise<string> }>) => {
    const given = await answer;
    if (!given.ok()) throw new Error(await given.text());
  };
  await expectOk(admin.post('/api/v1/setup', { data: { ...ADMIN, secret } }));
  await expectOk(
    admin.post('/api/auth/sign-in/email', { data: { email: ADMIN.email, password: ADMIN.password } }),
  );
  const labellers: Labeller[] = [];
  for (let i = 0; i < PEOPLE; i++) {
    const account = { email: `one${i}@example.org`, password: `long enough password ${i}` };
    const made = await admin.post('/api/v1/people', {
      data: { ...account, name: `One ${i}`, role: 'analyst' },
    });
    const { id } = (await made.json()) as { id: string };
    // From addresses of their own: sign-in is limited by address.
    const headers = { origin, 'x-forwarded-for': `10.0.0.${i + 1}` };
    const browser = await request.newContext({ baseURL: origin, extraHTTPHeaders: headers });
    await expectOk(browser.post('/api/auth/sign-in/email', { data: account }));
    const { cookies } = await browser.storageState();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
    labellers.push(new Labeller({ origin, cookie, personId: id, queueId }, createRandom(SEED + 1 + i)));
    await browser.dispose();
  }
  await admin.dispose();
  return labellers;
}

const KINDS = {
  server: /next-server|next start|\/next\/dist\/bin\/next/,
  worker: /workers\/run\.ts/,
  Postgres: /\/bin\/postgres /,
} as const;
type Kind = keyof typeof KINDS;

/** SIGKILL to one of the three, again and again, at random moments. @returns which, in order */
async function killUntil(installation: Installation, until: number, random: Random): Promise<Kind[]> {
  const killed: Kind[] = [];
  const kinds = Object.keys(KINDS) as Kind[];
  while (Date.now() < until) {
    await sleep(Math.min(5_000 + 20_000 * random.next(), Math.max(0, until - Date.now())));
    // Each of them once, whatever the dice say.
    const kind = kinds[killed.length] ?? random.pick(kinds);
    const found = processesOf(installation.home).filter(({ command }) => KINDS[kind].test(command));
    // Start-up begins it again; until it has, there is nothing to kill.
    for (const { pid } of found) kill(pid);
    if (found.length > 0) killed.push(kind);
  }
  return killed;
}

/** Asks the database every second in how many hands an item is: answers that count, and living leases. */
function watchHands(installation: Installation, queueId: number) {
  let most = 0;
  let stopped = false;
  async function look(): Promise<void> {
    const [{ hands }] = await installation.query<{ hands: number }>(
      `SELECT coalesce(max(i."answered" + l."living"), 0)::int AS "hands"
         FROM (SELECT "queueItemId", count(*) AS "living" FROM "Lease"
                WHERE "expiresAt" > now() AT TIME ZONE 'UTC' GROUP BY 1) l
         JOIN "QueueItem" i ON i."id" = l."queueItemId" WHERE i."queueId" = $1`,
      [queueId],
    );
    most = Math.max(most, hands);
  }
  async function watch(): Promise<void> {
    while (!stopped) {
      try {
        await look();
      } catch (error) {
        if (!isAway(error)) throw error;
      }
      await sleep(1_000);
    }
  }
  const watching = watch();
  return {
    most: () => most,
    async stop() {
      stopped = true;
      await watching;
      await look();
      return most;
    },
  };
}

/** Postgres was killed and is not back yet. */
function isAway(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return (
    ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03'].includes(code) ||
    message.startsWith('Connection terminated')
  );
}

/** What the database holds of what people gave. */
async function count(installation: Installation, given: readonly string[]) {
  const [found] = await installation.query<{
    stored: number;
    doubled: number;
    beyond: number;
    surplus: number;
  }>(
    `WITH standing AS (
       SELECT a.* FROM "Annotation" a WHERE a."kind" = 'label'
          AND NOT EXISTS (SELECT 1 FROM "Annotation" r WHERE r."retractsId" = a."id"))
     SELECT (SELECT count(*)::int FROM "Annotation" WHERE "id" = ANY($1::uuid[])) AS "stored",
            (SELECT count(*)::int FROM (SELECT 1 FROM standing GROUP BY "userId", "windowId" HAVING count(*) > 1) d) AS "doubled",
            (SELECT count(*)::int FROM (SELECT 1 FROM standing WHERE NOT "surplus" GROUP BY "queueItemId" HAVING count(*) > $2) d) AS "beyond",
            (SELECT count(*)::int FROM standing WHERE "surplus") AS "surplus"`,
    [given, OVERLAP],
  );
  return { sent: given.length, lost: given.length - found.stored, ...found };
}
