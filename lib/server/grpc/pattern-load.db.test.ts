// PatternService under load: a full queue, deadlines, promotions and broken messages.
import { setTimeout as sleep } from 'node:timers/promises';
import { type ServiceError, status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ModelFile, ModelSession } from '../serving/session.ts';
import { endOf, openClient, openRawClient, type TestClient } from './testing/client.ts';
import {
  askDirectly,
  becomesChampion,
  imageAt,
  inputsAt,
  lastBars,
  makeToken,
  openOnOneThread,
  openSetting,
  type Setting,
  startServer,
  TIMEFRAME,
} from './testing/setting.ts';

let setting: Setting;
let client: TestClient;

beforeAll(async () => {
  setting = await openSetting();
  client = setting.client;
  await becomesChampion(client, 'v0_1_0');
});

afterAll(() => setting.close());

/** A session that takes `ms` for each run, and how many images it has run. */
function slowed(ms: number) {
  const ran = { images: 0 };
  const openSession = async (file: ModelFile): Promise<ModelSession> => {
    const session = await openOnOneThread(file);
    return {
      schema: session.schema,
      run: async (inputs) => {
        ran.images += inputs.count;
        await sleep(ms);
        return session.run(inputs);
      },
      release: () => session.release(),
    };
  };
  return { ran, openSession };
}

test('a full queue refuses single calls with its length, and slows streams down instead', async () => {
  const tight = await startServer({ batch: { images: 1, waiting: 4 } }, slowed(5).openSession);
  const crowd = openClient(tight.port, await makeToken('crowd'));
  try {
    const image = imageAt(450);
    const stream = crowd.classifyStream();
    const ended = endOf(stream);
    for (let i = 0; i < 60; i++) stream.write(image);
    stream.end();
    const calls = await Promise.allSettled(Array.from({ length: 100 }, () => crowd.classify(image)));
    const refused = calls.flatMap((call) =>
      call.status === 'rejected' ? [call.reason as ServiceError] : [],
    );
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(100);
    for (const { code, details } of refused) {
      expect(code).toBe(status.RESOURCE_EXHAUSTED);
      expect(details).toMatch(/^4 images wait already, as many as may: send this one again in about \d+ ms/);
    }
    expect(await ended).toMatchObject({ error: null, replies: { length: 60 } });
  } finally {
    crowd.close();
    await tight.stop();
  }
});

test('a deadline that passes in the queue ends the call, and its image is not run', async () => {
  const { ran, openSession } = slowed(20);
  const slow = await startServer({ batch: { images: 1, waiting: 1000 } }, openSession);
  const hurried = openClient(slow.port, await makeToken('hurried'));
  try {
    await hurried.classify(imageAt(450));
    const before = ran.images;
    const calls = await Promise.allSettled(
      Array.from({ length: 100 }, () => hurried.classify(imageAt(450), { deadlineMs: 300 })),
    );
    const late = calls.flatMap((call) => (call.status === 'rejected' ? [call.reason] : []));
    expect(late.length).toBeGreaterThan(50);
    for (const { code } of late) expect(code).toBe(status.DEADLINE_EXCEEDED);
    await hurried.classify(imageAt(450));
    expect(ran.images - before).toBeLessThan(50);
  } finally {
    hurried.close();
    await slow.stop();
  }
});

test('a stream keeps its order, though one version answers more slowly than another', async () => {
  const { openSession } = slowed(20);
  const uneven = await startServer({}, (file) =>
    file.name === 'v0_1_0' ? openSession(file) : openOnOneThread(file),
  );
  const caller = openClient(uneven.port, await makeToken('caller'));
  try {
    const versions = Array.from({ length: 24 }, (_, i) => (i % 2 === 0 ? 'v0_1_0' : 'v0_2_0'));
    const stream = caller.classifyStream();
    const ended = endOf(stream);
    for (const modelVersion of versions) stream.write({ ...imageAt(450), modelVersion });
    stream.end();
    const { replies, error } = await ended;
    expect(error).toBeNull();
    expect(replies.map(({ modelVersion }) => modelVersion)).toEqual(versions);
  } finally {
    caller.close();
    await uneven.stop();
  }
});

test('clients that leave in the middle leave nothing running, and others are answered', async () => {
  const { ran, openSession } = slowed(10);
  const busy = await startServer({ batch: { images: 1, waiting: 1000 } }, openSession);
  const leaving = openClient(busy.port, await makeToken('leaving'));
  const staying = openClient(busy.port, await makeToken('staying'));
  try {
    await staying.classify(imageAt(450));
    const before = ran.images;
    const streams = Array.from({ length: 5 }, () => leaving.classifyStream());
    const ends = streams.map(endOf);
    for (const stream of streams) for (let i = 0; i < 50; i++) stream.write(imageAt(450));
    const calls = Array.from({ length: 50 }, () => leaving.classify(imageAt(450)));
    const gone = Promise.allSettled(calls);
    await sleep(100);
    for (const stream of streams) stream.cancel();
    leaving.close();
    expect(await staying.classify(imageAt(450))).toMatchObject({ modelVersion: 'v0_1_0' });
    for (const { error } of await Promise.all(ends)) expect(error).toMatchObject({ code: status.CANCELLED });
    await gone;
    expect(ran.images - before).toBeLessThan(150);
  } finally {
    staying.close();
    await busy.stop();
  }
});

test('promotions under load: no call fails, and each is answered by a version that was champion', async () => {
  const expected = new Map<string, number>();
  for (const name of ['v0_1_0', 'v0_2_0']) {
    expected.set(name, (await askDirectly(name, inputsAt(500))).quality[0]);
  }
  let asking = true;
  let calls = 0;
  const heard = new Set<string>();
  const callers = Array.from({ length: 12 }, async () => {
    while (asking) {
      const { modelVersion, quality } = await client.classify(imageAt(500));
      expect(quality).toBeCloseTo(expected.get(modelVersion) ?? Number.NaN, 5);
      heard.add(modelVersion);
      calls++;
    }
  });
  for (const name of ['v0_2_0', 'v0_1_0', 'v0_2_0', 'v0_1_0']) {
    await becomesChampion(client, name);
    await sleep(100);
  }
  asking = false;
  await Promise.all(callers);
  expect([...heard].sort()).toEqual(['v0_1_0', 'v0_2_0']);
  expect(calls).toBeGreaterThan(50);
});

test('messages that are broken in any way are refused, and never harm the server', async () => {
  const raw = openRawClient(setting.server.port, client.token);
  const good = [
    raw.bytesOf('Classify', imageAt(500)),
    raw.bytesOf('ClassifyBars', { bars: lastBars(500), timeframe: TIMEFRAME, venue: 'v', symbol: 's' }),
    raw.bytesOf('GetModel', { modelVersion: 'v0_1_0' }),
  ];
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  const broken = fc
    .record({
      of: fc.constantFrom(...good),
      length: share,
      changes: fc.array(fc.record({ at: share, byte: fc.nat(255) }), { maxLength: 6 }),
    })
    .map(({ of, length, changes }) => {
      const bytes = Buffer.from(of.subarray(0, Math.ceil(of.length * length)));
      for (const { at, byte } of changes) bytes[Math.floor(at * (bytes.length - 1))] = byte;
      return bytes;
    });
  const random = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes));
  const method = fc.constantFrom('Classify' as const, 'ClassifyBars' as const, 'GetModel' as const);
  await fc.assert(
    fc.asyncProperty(method, fc.oneof(broken, random), async (name, bytes) => {
      const code = await raw.send(name, bytes);
      expect([status.OK, status.INVALID_ARGUMENT, status.NOT_FOUND]).toContain(code);
    }),
    { numRuns: 300 },
  );
  raw.close();
  expect(await client.classify(imageAt(500))).toMatchObject({ modelVersion: 'v0_1_0' });
});
