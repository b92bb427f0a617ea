import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASS_IDS, type ClassId, classIndex } from '@/lib/contract/classes.ts';
import { datasetPolicySchema } from '@/lib/contract/dataset.ts';
import { OPERATOR } from '../auth/actor.ts';
import { jobContext } from '../dataset/testing/job-context.ts';
import { scanDemoMarket } from '../dataset/testing/scanned-series.ts';
import { openTestSetting } from '../dataset/testing/setting.ts';
import { storeMarket } from '../dataset/testing/store-market.ts';
import { getDb, getPool } from '../db/connection.ts';
import type { VersionRow } from '../repo/model.ts';
import { addPerson } from '../testing/labelling.ts';
import { addPredictions, addTinyVersion } from '../testing/model.ts';
import { archiveVersion, promote, restoreVersion, rollBack, withdrawAlias } from './alias.ts';
import { runDatasetBuild } from './dataset.ts';
import { listDisagreements } from './disagreement.ts';
import { getGate, runGate, runGateJob } from './gate.ts';
import { championName, listVersions, servedModel } from './model.ts';
import { predictWindows } from './predict.ts';

let setting: Awaited<ReturnType<typeof openTestSetting>>;
let hash: string;
let windows: { windowId: string; label: ClassId; pole: number | null; ts: number; seriesId: number }[];
let first: VersionRow;
let better: VersionRow;
let worse: VersionRow;

/** As confident as the calibration error allows, and right but where `mistake` says otherwise. */
async function say(version: VersionRow, mistake: (label: ClassId, place: number) => ClassId | null) {
  await getDb().prediction.deleteMany({ where: { modelVersionId: version.id } });
  await addPredictions(
    version.id,
    windows.map(({ windowId, label, pole }, i) => {
      const said = classIndex(mistake(label, i) ?? label);
      const probabilities = CLASS_IDS.map((_, c) => (c === said ? 0.96 : 0.01));
      return { windowId, probabilities, poleKatr: pole === null ? null : pole + 0.1 };
    }),
  );
}
const gateJob = (version: string, against: string | null) => {
  const job = jobContext({ version, against });
  return { ...job, done: runGateJob(job.context) };
};
const override = (name: string) =>
  promote(OPERATOR, { name, alias: 'champion', reason: 'the test says so', override: true });
const champion = async () => (await championName(OPERATOR)).version;

beforeAll(async () => {
  setting = await openTestSetting();
  await storeMarket(scanDemoMarket(3, { series: 2, barsPerSeries: 6000 }));
  const policy = datasetPolicySchema.parse({ name: 'weak', sources: 'weak', testShare: 0.4 });
  hash = (await runDatasetBuild(jobContext({ policy }).context)).hash;
  const { rows } = await getPool().query(
    `SELECT w."id" AS "windowId", w."ts", w."seriesId", CASE WHEN l."kind" = 'event' THEN l."weakClass" ELSE 'none' END AS "label",
            CASE WHEN l."weakClass" = 'flag' THEN l."poleKatr" END AS "pole"
       FROM "Window" w JOIN "WeakLabel" l ON l."windowId" = w."id" ORDER BY w."id"`,
  );
  windows = rows;
  // The file's own biases would move what the tests make the versions say.
  const add = async (name: 'good' | 'other') => {
    const row = await addTinyVersion(name, hash);
    const metrics = { ...(row.metrics as object), biases: [0, 0, 0, 0, 0] };
    await getDb().modelVersion.update({ where: { id: row.id }, data: { metrics } });
    return { ...row, metrics };
  };
  first = await add('good');
  better = await add('other');
  worse = await add('other');
  await say(first, (label, i) => (i % 4 === 0 && label !== 'none' ? 'none' : null));
  await say(better, (label, i) => (i % 20 === 0 && label !== 'none' ? 'none' : null));
  await say(worse, (label, i) => (label === 'wedge' && i % 3 > 0 ? 'none' : null));
}, 120_000);
afterAll(() => setting.close());

describe('the gate', () => {
  it('holds a first version against the targets alone, and says so', async () => {
    const { refusal } = await getGate(OPERATOR, { name: first.name });
    expect(refusal).toBe('v0_1_0 has not been through the gate of the targets.');
    const { done, log } = gateJob(first.name, null);
    expect(await done).toMatchObject({ passed: true });
    expect(log.at(-1)).toBe('passed');
    const { gate, refusal: none } = await getGate(OPERATOR, { name: first.name });
    expect(none).toBeNull();
    expect(gate).toMatchObject({ version: 'v0_1_0', against: null, passed: true, failed: [] });
    const checks = new Map(gate?.report.checks.map((check) => [check.id, check]));
    expect(checks.get('macro_f1')).toMatchObject({
      target: { bound: 'least', value: 0.6 },
      other: null,
      passed: true,
    });
    expect(checks.get('pole_mae')?.own).toBeCloseTo(0.1, 4);
    expect(checks.get('class:flag')?.passed).toBeNull();
    expect(checks.get('latency')?.own).toBeGreaterThan(0);
    expect(gate?.report.dataset).toEqual({ name: 'weak', hash });
  });

  it('counts the same rows as the dataset and as scikit-learn would', async () => {
    const { gate } = await getGate(OPERATOR, { name: first.name });
    const test = gate?.report.sets.find(({ set }) => set === 'test');
    const { summary } = await getDb().dataset.findFirstOrThrow();
    const bySplit = (summary as { bySplit: Record<string, Record<string, number>> }).bySplit.test;
    expect(test?.rows).toBe(Object.values(bySplit).reduce((sum, count) => sum + count));
    expect(test?.events).toBeLessThanOrEqual(test?.rows ?? 0);
    expect(test?.sampled.own.confusion?.map((row) => row.reduce((sum, n) => sum + n))).toEqual(
      CLASS_IDS.map((id) => bySplit[id]),
    );
    // At natural prevalence nearly all is none.
    const natural = test?.natural?.own.confusion?.[4].reduce((sum, n) => sum + n) ?? 0;
    const all = test?.natural?.own.confusion?.flat().reduce((sum, n) => sum + n) ?? 1;
    expect(natural / all).toBeGreaterThan(0.8);
  });

  it('lets a better version take the champion’s place, and shows the difference with its interval', async () => {
    await promote(OPERATOR, { name: first.name, alias: 'champion', reason: 'passed', override: false });
    await expect(
      promote(OPERATOR, { name: better.name, alias: 'champion', reason: 'better', override: false }),
    ).rejects.toThrow('v0_2_0 has not been through the gate against v0_1_0. Run the gate, or promote it');
    expect(await gateJob(better.name, first.name).done).toMatchObject({ passed: true });
    const { gate } = await getGate(OPERATOR, { name: better.name });
    const [macro] = gate?.report.checks ?? [];
    expect(macro.difference).toBeCloseTo((macro.own ?? 0) - (macro.other ?? 0), 12);
    expect(macro.differenceInterval?.[0]).toBeGreaterThan(0);
    await promote(OPERATOR, { name: better.name, alias: 'champion', reason: 'passed too', override: false });
    expect(await champion()).toBe(better.name);
    const { log } = await listVersions(OPERATOR);
    expect(log.map(({ change, version }) => [change, version])).toEqual([
      ['promotion', 'v0_2_0'],
      ['promotion', 'v0_1_0'],
    ]);
  });

  it('stops a version whose one class is worse than the champion’s beyond the interval', async () => {
    const { done, log } = gateJob(worse.name, better.name);
    expect(await done).toMatchObject({ passed: false });
    const { gate, refusal } = await getGate(OPERATOR, { name: worse.name });
    const wedge = gate?.report.checks.find(({ id }) => id === 'class:wedge');
    expect(wedge).toMatchObject({
      passed: false,
      why: expect.stringMatching(/^worse than v0_2_0 by 0\.\d+ to 0\.\d+$/),
    });
    expect(wedge?.differenceInterval?.[1]).toBeLessThan(0);
    expect(refusal).toMatch(/^v0_3_0 has failed the gate against v0_2_0: .*F1 Wedge/);
    expect(log.some((line) => line.startsWith('F1 Wedge: worse than'))).toBe(true);
    const wanted = { name: worse.name, alias: 'champion' as const, reason: 'try' };
    await expect(promote(OPERATOR, { ...wanted, override: false })).rejects.toThrow('has failed the gate');
    expect(await champion()).toBe(better.name);
    await promote(OPERATOR, { ...wanted, override: true });
    const [newest] = (await listVersions(OPERATOR)).log;
    expect(newest).toMatchObject({ version: 'v0_3_0', change: 'override', reason: 'try' });
    await rollBack(OPERATOR, { reason: 'rolled back' });
  });

  it('leaves out what the champion was trained on', async () => {
    const early = datasetPolicySchema.parse({ name: 'earlier cut', sources: 'weak', testShare: 0.2 });
    const other = await runDatasetBuild(jobContext({ policy: early }).context);
    await getDb().modelVersion.update({
      where: { id: worse.id },
      data: { metrics: { ...(worse.metrics as object), dataset_hash: other.hash } },
    });
    await gateJob(first.name, worse.name).done;
    const { gate } = await getGate(OPERATOR, { name: first.name, against: worse.name });
    const test = gate?.report.sets.find(({ set }) => set === 'test');
    expect(test?.trainedOn).toBeGreaterThan(50);
    expect(test?.rows).toBeGreaterThan(20);
    await getDb().modelVersion.update({
      where: { id: worse.id },
      data: { metrics: worse.metrics as object },
    });
  });

  it('makes the predictions that are missing, and measures nothing where there are no rows', async () => {
    await getDb().prediction.deleteMany({ where: { modelVersionId: worse.id } });
    await gateJob(worse.name, better.name).done;
    const stored = await getDb().prediction.count({ where: { modelVersionId: worse.id } });
    const { gate } = await getGate(OPERATOR, { name: worse.name });
    expect(stored).toBe(gate?.report.sets.reduce((sum, { rows }) => sum + rows, 0));
    await say(worse, (label, i) => (label === 'wedge' && i % 3 > 0 ? 'none' : null));

    const unknown = await addTinyVersion('good', 'nowhere');
    const { done, log } = gateJob(unknown.name, null);
    expect(await done).toMatchObject({ passed: false });
    expect(log).toContain('There are no test rows to measure on.');
    expect(log).toContain('Macro-F1: could not be measured: too few rows');
  });

  it('asks again once gold has been frozen, and measures on it', async () => {
    const { rows } = await getPool().query<{ windowId: string; label: ClassId }>(
      `SELECT w."id" AS "windowId", l."weakClass" AS "label" FROM "Window" w JOIN "WeakLabel" l ON l."windowId" = w."id"
        WHERE l."kind" = 'event' ORDER BY w."ts" DESC LIMIT 60`,
    );
    await getDb().goldVersion.create({
      data: { number: 1, createdBy: 'test', windows: { create: rows } },
    });
    await gateJob(first.name, better.name).done;
    const { gate } = await getGate(OPERATOR, { name: first.name, against: better.name });
    const gold = gate?.report.sets.find(({ set }) => set === 'gold');
    expect(gate?.report.gold).toBe(1);
    expect(gold?.rows).toBeGreaterThan(20);
    expect(gold?.natural).toBeNull();
    expect(gate?.report.checks.some(({ id }) => id === 'gold:flag')).toBe(true);
    await getDb().goldVersion.create({ data: { number: 2, createdBy: 'test' } });
    await gateJob(first.name, better.name).done;
    await getDb().goldVersion.create({ data: { number: 3, createdBy: 'test' } });
    const { refusal } = await getGate(OPERATOR, { name: better.name, against: first.name });
    expect(refusal).toBe('Gold has been frozen again since v0_2_0 passed the gate against v0_1_0.');
  });

  it('keeps every result, and lets none be changed', async () => {
    const kept = await getDb().modelGate.count();
    expect(kept).toBeGreaterThan(5);
    await expect(getPool().query(`UPDATE "ModelGate" SET "passed" = true`)).rejects.toThrow('append-only');
  });

  it('compares no version with itself, and needs an admin', async () => {
    await expect(runGate(OPERATOR, { name: first.name, against: first.name })).rejects.toThrow(
      'v0_1_0 cannot be compared with itself.',
    );
    const reviewer = { ...OPERATOR, role: 'reviewer' as const };
    await expect(runGate(reviewer, { name: first.name })).rejects.toThrow('This needs the role admin');
  });
});

describe('aliases', () => {
  it('go back one champion at a time, and forward again when that is undone', async () => {
    expect(await champion()).toBe('v0_2_0');
    await override('v0_3_0');
    expect((await listVersions(OPERATOR)).formerChampion).toBe('v0_2_0');
    expect(await rollBack(OPERATOR, { reason: 'rolled back' })).toMatchObject({
      version: 'v0_2_0',
      from: 'v0_3_0',
    });
    expect((await listVersions(OPERATOR)).formerChampion).toBe('v0_1_0');
    expect(await rollBack(OPERATOR, { reason: 'rolled back' })).toMatchObject({ version: 'v0_1_0' });
    await expect(rollBack(OPERATOR, { reason: 'rolled back' })).rejects.toThrow(
      'There is no former champion to go back to.',
    );
    expect(await rollBack(OPERATOR, { to: 'v0_2_0', reason: 'undone' })).toMatchObject({ version: 'v0_2_0' });
    expect((await servedModel(OPERATOR)).model?.version).toBe('v0_2_0');
    await expect(rollBack(OPERATOR, { to: 'v0_4_0', reason: 'no' })).rejects.toThrow(
      'v0_4_0 was never champion.',
    );
  });

  it('name who moved them', async () => {
    const ada = await addPerson('Ada', 'admin');
    await promote(ada, { name: 'v0_1_0', alias: 'shadow', reason: 'watch it', override: false });
    expect((await listVersions(OPERATOR)).log[0]).toMatchObject({ alias: 'shadow', actor: 'Ada' });
    await withdrawAlias(ada, { alias: 'shadow', reason: 'seen enough' });
  });

  it('of challenger and shadow need no gate, and can be taken away', async () => {
    const challenge = { name: 'v0_3_0', alias: 'challenger' as const, reason: 'next', override: false };
    await promote(OPERATOR, challenge);
    await expect(archiveVersion(OPERATOR, { name: 'v0_3_0' })).rejects.toThrow(
      'v0_3_0 is challenger: withdraw the alias before it is archived.',
    );
    await withdrawAlias(OPERATOR, { alias: 'challenger', reason: 'not now' });
    const { versions, log } = await listVersions(OPERATOR);
    expect(versions.find(({ name }) => name === 'v0_3_0')?.aliases).toEqual([]);
    expect(log[0]).toMatchObject({ alias: 'challenger', change: 'withdrawal', version: null });
    await expect(withdrawAlias(OPERATOR, { alias: 'challenger', reason: 'not now' })).rejects.toThrow(
      'There is no challenger.',
    );
    expect(await champion()).toBe('v0_2_0');
  });
});

describe('two admins at once', () => {
  it('do not both replace the champion that each of them saw', async () => {
    const before = await champion();
    const holder = await getPool().connect();
    const waiting = async () => {
      const { rows } = await getPool().query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_locks l JOIN pg_database d ON d.oid = l.database
          WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted`,
      );
      return rows[0].n;
    };
    await holder.query(`SELECT pg_advisory_lock(hashtext('halyard aliases'))`);
    const both = Promise.allSettled(['v0_1_0', 'v0_3_0'].map(override));
    await expect.poll(waiting).toBe(2);
    await holder.query(`SELECT pg_advisory_unlock(hashtext('halyard aliases'))`);
    holder.release();
    const ends = await both;
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [lost] = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
    expect(lost).toContain(`${await champion()} has become champion meanwhile: look again.`);
    await rollBack(OPERATOR, { reason: 'rolled back' });
    expect(await champion()).toBe(before);
  });
});

describe('windows that two versions see differently', () => {
  const asked = { name: 'v0_2_0', against: 'v0_3_0', order: 'gap' as const, page: 0 };

  it('are counted by what each says, and shown the furthest apart first', async () => {
    const saidBy = {
      better: windows.map(({ label }, i) => (i % 20 === 0 ? 'none' : label)),
      worse: windows.map(({ label }, i) => (label === 'wedge' && i % 3 > 0 ? 'none' : label)),
    };
    const apart = windows.filter((_, i) => saidBy.better[i] !== saidBy.worse[i]);
    const { windows: shown, counts } = await listDisagreements(OPERATOR, asked);
    const off = counts.flatMap((row, i) => row.filter((_, j) => i !== j)).reduce((sum, n) => sum + n);
    expect(off).toBe(apart.length);
    expect(counts.flat().reduce((sum, n) => sum + n)).toBe(windows.length);
    expect(counts[classIndex('wedge')][classIndex('none')]).toBe(
      windows.filter((_, i) => saidBy.better[i] === 'wedge' && saidBy.worse[i] === 'none').length,
    );
    expect(shown).toHaveLength(24);
    for (const { windowId, first: one, second: two, gap, ts } of shown) {
      const i = windows.findIndex((window) => window.windowId === windowId);
      expect([one.class, two.class]).toEqual([saidBy.better[i], saidBy.worse[i]]);
      expect(one.probability).toBeCloseTo(0.96, 5);
      expect(gap).toBeCloseTo(0.95, 5);
      expect(ts).toBe(windows[i].ts);
    }
  });

  it('can be asked for by class, by time and page by page', async () => {
    const only = { ...asked, says: 'wedge' as const, other: 'none' as const, order: 'newest' as const };
    const pages = [
      await listDisagreements(OPERATOR, only),
      await listDisagreements(OPERATOR, { ...only, page: 1 }),
    ];
    const all = pages.flatMap((page) => page.windows);
    expect(all.every(({ first: one, second: two }) => one.class === 'wedge' && two.class === 'none')).toBe(
      true,
    );
    expect(new Set(all.map(({ windowId }) => windowId)).size).toBe(all.length);
    expect(all.map(({ ts }) => ts)).toEqual(all.map(({ ts }) => ts).sort((a, b) => b - a));
  });
});

describe('an archived version', () => {
  it('loses its predictions, takes no alias and is no way back, until it is restored', async () => {
    const stored = () => getDb().prediction.count({ where: { modelVersionId: first.id } });
    expect(await stored()).toBe(windows.length);
    await expect(archiveVersion(OPERATOR, { name: 'v0_2_0' })).rejects.toThrow(
      'v0_2_0 is champion: promote another version or roll back before it is archived.',
    );
    await archiveVersion(OPERATOR, { name: 'v0_1_0' });
    expect(await stored()).toBe(0);
    expect(await getDb().prediction.count({ where: { modelVersionId: better.id } })).toBe(windows.length);
    expect((await listVersions(OPERATOR)).formerChampion).toBeNull();
    await expect(override('v0_1_0')).rejects.toThrow('v0_1_0 is archived: restore it before');
    await expect(rollBack(OPERATOR, { to: 'v0_1_0', reason: 'back' })).rejects.toThrow('v0_1_0 is archived');
    await expect(predictWindows(OPERATOR, { name: 'v0_1_0' })).rejects.toThrow('v0_1_0 is archived');
    await expect(runGate(OPERATOR, { name: 'v0_1_0' })).rejects.toThrow('v0_1_0 is archived');
    await restoreVersion(OPERATOR, { name: 'v0_1_0' });
    expect((await override('v0_1_0')).jobId).not.toBeNull();
  });
});
