// PatternService through a real client: what it answers, and what it refuses with which words.
import { Metadata, status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { OPERATOR } from '../auth/actor.ts';
import { getDb } from '../db/connection.ts';
import { addToken, revokeToken } from '../service/token.ts';
import { TEST_QUANTISATION } from '../testing/served-model.ts';
import type { Image64x64x3 } from './generated/halyard/pattern/v1/Image64x64x3.ts';
import { SERVICE_NAME } from './pattern-proto.ts';
import { askHealth } from './probe.ts';
import { bearer, endOf, reflectedServices, type TestClient } from './testing/client.ts';
import {
  askDirectly,
  becomesChampion,
  imageAt,
  inputsAt,
  lastBars,
  makeToken,
  openSetting,
  type Setting,
  TIMEFRAME,
} from './testing/setting.ts';

let setting: Setting;
let client: TestClient;

beforeAll(async () => {
  setting = await openSetting();
  client = setting.client;
});

afterAll(() => setting.close());

test('before the first promotion calls are refused with what to do, and health says so', async () => {
  await expect(client.classify(imageAt(400))).rejects.toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: expect.stringMatching(/^No version is champion yet: .*halyard model promote/),
  });
  expect(await askHealth('127.0.0.1', setting.server.port)).toBe('NOT_SERVING');
  expect(await askHealth('127.0.0.1', setting.server.port, '')).toBe('SERVING');
  await becomesChampion(client, 'v0_1_0');
  expect(await askHealth('127.0.0.1', setting.server.port)).toBe('SERVING');
});

test('an image gets what the model says of it, whole', async () => {
  const reply = await client.classify(imageAt(500));
  const expected = await askDirectly('v0_1_0', inputsAt(500));
  expect(reply.probabilities).toEqual([...expected.probabilities]);
  expect(reply.embed).toEqual([...expected.embedding]);
  expect(reply.poleKatr).toBe(expected.poleKatr[0]);
  expect(reply.quality).toBe(expected.quality[0]);
  expect(reply.classId).toBe(CLASS_IDS[reply.probabilities.indexOf(Math.max(...reply.probabilities))]);
  expect(reply).toMatchObject({ modelVersion: 'v0_1_0', championVersion: 'v0_1_0' });
});

test('bars get what the image composed from the whole series gets', async () => {
  for (const t of [400, 555, 999]) {
    const request = { bars: lastBars(t), timeframe: TIMEFRAME };
    expect(await client.classifyBars(request)).toEqual(await client.classify(imageAt(t)));
  }
});

test('a series that the model knows is painted by its own quantisation, one that it does not by the global one', async () => {
  const hourly = { bars: lastBars(600).map((bar, i) => ({ ...bar, ts: 3_600_000 * i })), timeframe: '1h' };
  const global = await client.classifyBars(hourly);
  const unknown = await client.classifyBars({ ...hourly, venue: 'test', symbol: 'OTHER' });
  const own = await client.classifyBars({ ...hourly, venue: 'test', symbol: 'OWN' });
  expect(unknown).toEqual(global);
  expect(own.probabilities).not.toEqual(global.probabilities);
});

test('a series of this app may have the gaps that its own settings allow', async () => {
  const bars = lastBars(600).map((bar, i) => ({ ...bar, ts: 3_600_000 * (i < 300 ? i : i + 9) }));
  const request = { bars, timeframe: '1h', venue: 'test', symbol: 'NIGHTS' };
  await expect(client.classifyBars(request)).rejects.toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringMatching(/^No valid window ends at bars\[319\]: among its 64 bars is a gap of 10/),
  });
  const known = { venue: 'test', symbol: 'NIGHTS', timeframe: '1h', timeframeMs: 3_600_000, gridOffsetMs: 0 };
  await getDb().series.create({ data: { ...known, maxWindowGap: 12 } });
  expect(await client.classifyBars(request)).toMatchObject({ modelVersion: 'v0_1_0' });
});

test('a caller learns how to compose images', async () => {
  const model = await client.getModel({});
  expect(model).toMatchObject({
    version: 'v0_1_0',
    championVersion: 'v0_1_0',
    featureSchema: 1,
    classMap: CLASS_IDS,
    thresholds: { flag: 0.4, wedge: 0.5, blowoff: 0.6 },
    windowBars: 64,
    warmupBars: 256,
  });
  const { M, ...rest } = TEST_QUANTISATION.series['test:OWN:1h'];
  expect(model.quantisation?.series['test:OWN:1h']).toEqual({ m: M, ...rest });
});

test.each<[string, Image64x64x3, number, RegExp]>([
  [
    'too few bytes',
    { ...imageAt(400), pixels: Buffer.alloc(100) },
    status.INVALID_ARGUMENT,
    /^pixels has 100 bytes, and 12288 are needed: 64 rows of 64 columns of 3 channels/,
  ],
  [
    'a byte too many',
    { ...imageAt(400), pixels: Buffer.alloc(12_289) },
    status.INVALID_ARGUMENT,
    /^pixels has 12289 bytes/,
  ],
  [
    'no feature schema',
    { ...imageAt(400), featureSchema: 0 },
    status.INVALID_ARGUMENT,
    /^feature_schema is missing: version v0_1_0 reads feature schema 1/,
  ],
  [
    'another feature schema',
    { ...imageAt(400), featureSchema: 2 },
    status.INVALID_ARGUMENT,
    /^feature_schema is 2: version v0_1_0 reads feature schema 1/,
  ],
  [
    'auxiliary inputs that the model has not',
    { ...imageAt(400), aux: Array(18).fill(0) },
    status.INVALID_ARGUMENT,
    /^aux has 18 values, and version v0_1_0 of feature schema 1 takes none: leave it out/,
  ],
  [
    'a version that is no version',
    { ...imageAt(400), modelVersion: 'latest' },
    status.INVALID_ARGUMENT,
    /^model_version is "latest": a version reads v0_3_0/,
  ],
  ['a version that is not there', { ...imageAt(400), modelVersion: 'v9_9_9' }, status.NOT_FOUND, /v9_9_9/],
])('an image with %s is refused with its value and the remedy', async (_, image, code, details) => {
  await expect(client.classify(image)).rejects.toMatchObject({
    code,
    details: expect.stringMatching(details),
  });
});

test('bars that cannot be a window are refused with the bar, its value and what is needed', async () => {
  const refused = (bars: ReturnType<typeof lastBars>, details: RegExp, more = {}) =>
    expect(client.classifyBars({ bars, timeframe: TIMEFRAME, ...more })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(details),
    });
  const good = lastBars(500);
  const changed = (at: number, change: Partial<(typeof good)[number]>) =>
    good.map((bar, i) => (i === at ? { ...bar, ...change } : bar));
  await refused(good.slice(1), /^bars has 319 bars, and 320 are needed: .* at least 256 before them/);
  await refused(good.toReversed(), /^bars\[1\]: ts \d+ is before the last good bar's \d+/);
  await refused(changed(7, { close: Number.NaN }), /^bars\[7\]: a value is not a finite number/);
  await refused(changed(8, { high: good[8].low / 2 }), /^bars\[8\]: high .* < low/);
  await refused(good, /^timeframe "an hour" is not a number from 1 to 999/, { timeframe: 'an hour' });
  await refused(good, /^venue is "" and symbol "BTC": name both, or neither/, { symbol: 'BTC' });
});

test('who may not call is told why and what to do', async () => {
  const refused = (metadata: Metadata, code: number, details: RegExp) =>
    expect(client.classify(imageAt(400), { metadata })).rejects.toMatchObject({
      code,
      details: expect.stringMatching(details),
    });
  await refused(new Metadata(), status.UNAUTHENTICATED, /^This call carries no token: send the metadata/);
  const basic = new Metadata();
  basic.set('authorization', 'Basic YTpi');
  await refused(basic, status.UNAUTHENTICATED, /^This call carries an authorization that is no bearer token/);
  await refused(bearer('halyard_made-up'), status.UNAUTHENTICATED, /^This token is not known here/);
  const reader = bearer(await makeToken('reader', ['model']));
  await refused(
    reader,
    status.PERMISSION_DENIED,
    /^This needs the scope classify; the token "reader" has model/,
  );
  expect(await client.getModel({}, { metadata: reader })).toMatchObject({ version: 'v0_1_0' });
  const classifier = bearer(await makeToken('classifier', ['classify']));
  await expect(client.getModel({}, { metadata: classifier })).rejects.toMatchObject({
    code: status.PERMISSION_DENIED,
  });
});

test('a revoked or expired token is refused within seconds, and one made a moment ago holds', async () => {
  const metadata = bearer(await makeToken('short-lived'));
  await client.classify(imageAt(400), { metadata });
  await revokeToken(OPERATOR, { name: 'short-lived' });
  await vi.waitFor(() =>
    expect(client.classify(imageAt(400), { metadata })).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
    }),
  );
  const past = new Date(Date.now() - 2 * 86_400_000);
  const expired = await addToken(OPERATOR, { name: 'old', scopes: ['classify'], days: 1 }, past);
  await expect(client.classify(imageAt(400), { metadata: bearer(expired.secret) })).rejects.toMatchObject({
    code: status.UNAUTHENTICATED,
    details: expect.stringMatching(/^The token "old" expired at 2/),
  });
});

test('a message larger than any good one is refused before it is read', async () => {
  const pixels = Buffer.alloc(2 ** 20 + 1);
  await expect(client.classify({ pixels, featureSchema: 1 })).rejects.toMatchObject({
    code: status.RESOURCE_EXHAUSTED,
    details: expect.stringMatching(/larger than max/),
  });
});

test('a stream answers each image in its order, without waiting for the next one', async () => {
  const places = Array.from({ length: 60 }, (_, i) => 400 + 7 * i);
  const stream = client.classifyStream();
  const ended = endOf(stream);
  const first = new Promise((resolve) => stream.once('data', resolve));
  stream.write(imageAt(places[0]));
  await first;
  for (const t of places.slice(1)) stream.write(imageAt(t));
  stream.end();
  const { replies, error } = await ended;
  expect(error).toBeNull();
  const alone = await Promise.all(places.map((t) => client.classify(imageAt(t))));
  expect(replies.map(({ embed }) => embed[0])).toEqual(alone.map(({ embed }) => expect.closeTo(embed[0], 5)));
});

test('the first bad image ends a stream and is named by its place', async () => {
  const stream = client.classifyStream();
  const ended = endOf(stream);
  for (let i = 0; i < 3; i++) stream.write(imageAt(400 + i));
  stream.write({ pixels: Buffer.alloc(5), featureSchema: 1 });
  for (let i = 0; i < 20; i++) stream.write(imageAt(400 + i));
  const { replies, error } = await ended;
  expect(error).toMatchObject({
    code: status.INVALID_ARGUMENT,
    details: expect.stringMatching(/^Image 3 of the stream: pixels has 5 bytes/),
  });
  expect(replies.length).toBeLessThanOrEqual(3);
});

test('a version of feature schema 2 answers beside one of schema 1, by images with auxiliary values and by bars', async () => {
  const modelVersion = 'v0_3_0';
  const image = { ...imageAt(500, 2), modelVersion };
  const said = await askDirectly(modelVersion, inputsAt(500, 2));
  const embed = Array.from(said.embedding, (value) => expect.closeTo(value, 5));
  expect(await client.classify(image)).toMatchObject({ modelVersion, championVersion: 'v0_1_0', embed });
  expect(
    await client.classifyBars({ bars: lastBars(500), timeframe: TIMEFRAME, modelVersion }),
  ).toMatchObject({
    modelVersion,
    embed,
  });
  expect(await client.getModel({ modelVersion })).toMatchObject({ version: modelVersion, featureSchema: 2 });
  const refused = (change: object, details: RegExp) =>
    expect(client.classify({ ...image, ...change })).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details: expect.stringMatching(details),
    });
  await refused({ aux: [] }, /^aux has 0 values, and version v0_3_0 of feature schema 2 takes 18: send all/);
  await refused({ aux: image.aux.with(4, Number.NaN) }, /^aux\[4\] is NaN: what is not known is sent as 0/);
  await refused({ featureSchema: 1 }, /^feature_schema is 1: version v0_3_0 reads feature schema 2/);
});

test('an archived version is refused, and answers again once it is brought back', async () => {
  const archive = (archivedAt: Date | null) =>
    getDb().modelVersion.update({ where: { name: 'v0_2_0' }, data: { archivedAt } });
  await archive(new Date());
  const asking = { ...imageAt(500), modelVersion: 'v0_2_0' };
  await expect(client.classify(asking)).rejects.toMatchObject({
    code: status.FAILED_PRECONDITION,
    details: expect.stringMatching(/^Version v0_2_0 is archived: .*"halyard model restore v0_2_0"/),
  });
  await archive(null);
  expect(await client.classify(asking)).toMatchObject({ modelVersion: 'v0_2_0' });
});

test('a caller whose images are composed for a former champion is still answered by it', async () => {
  await becomesChampion(client, 'v0_2_0');
  const reply = await client.classify({ ...imageAt(500), modelVersion: 'v0_1_0' });
  expect(reply).toMatchObject({ modelVersion: 'v0_1_0', championVersion: 'v0_2_0' });
  await becomesChampion(client, 'v0_1_0');
});

test('the server describes itself to clients that have no proto file', async () => {
  expect(await reflectedServices(setting.server.port)).toContain(SERVICE_NAME);
});
