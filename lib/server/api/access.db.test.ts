import { randomUUID } from 'node:crypto';
import { hashPassword } from 'better-auth/crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EndpointId } from '@/lib/contract/api.ts';
import { PAGE_OF_HEADER } from '@/lib/contract/common.ts';
import { FIRST_GUIDE } from '@/lib/contract/first-guide.ts';
import { holdsRole, ROLES, type Role } from '@/lib/contract/roles.ts';
import { getAuth } from '../auth/auth.ts';
import { identify } from '../auth/session.ts';
import { closeDatabase, configureDatabase, getDb } from '../db/connection.ts';
import { insertPerson } from '../repo/people.ts';
import { type TestDatabase, testDatabase } from '../testing/database.ts';
import { dispatch } from './dispatch.ts';
import { openApiDocument } from './openapi.ts';

/**
 * What each call answers to somebody who may make it, on an empty database, and what to send. Ids name things that do
 * not exist or belong to another person: being let in must not mean being given what is not yours.
 */
interface Expected {
  status: number;
  body?: unknown;
  query?: string;
}
const NOBODYS = '018f0000-0000-7000-8000-000000000000';
const EXPECTED: Record<EndpointId, Expected> = {
  health: { status: 200 },
  openApi: { status: 200 },
  systemStatus: { status: 200 },
  setup: {
    status: 403,
    body: { secret: 'wrong', name: 'M', email: 'm@example.org', password: 'long enough password' },
  },
  me: { status: 200 },
  listPeople: { status: 200 },
  addPerson: {
    status: 409,
    body: { name: 'A', email: 'admin@example.org', role: 'admin', password: 'long enough password' },
  },
  changePerson: { status: 404, body: { role: 'admin' } },
  listTokens: { status: 200 },
  addToken: { status: 200, body: { name: 'bot', scopes: ['classify'], days: null } },
  revokeToken: { status: 404, body: {} },
  listJobs: { status: 200 },
  getJob: { status: 404 },
  getJobLog: { status: 404 },
  cancelJob: { status: 404, body: {} },
  listSeries: { status: 200 },
  uploadBars: { status: 400, query: '?name=empty.csv' },
  importBars: {
    status: 404,
    body: { files: [{ uploadId: NOBODYS, venue: 'v', symbol: 's', timeframe: '1h' }] },
  },
  scanSeries: { status: 404, body: { seriesIds: [999_999] } },
  deleteSeries: { status: 404 },
  listQueues: { status: 200 },
  claimItems: { status: 404, body: { count: 1 } },
  renewLeases: { status: 200, body: { leaseIds: [NOBODYS] } },
  releaseLeases: { status: 200, body: { leaseIds: [NOBODYS] } },
  annotate: {
    status: 404,
    body: {
      kind: 'label',
      id: NOBODYS,
      windowId: NOBODYS,
      itemId: null,
      label: 'flag',
      elapsedMs: 10,
      answeredAt: '2026-01-01T00:00:00.000Z',
    },
  },
  myAnswers: { status: 200, query: '?queueId=999999' },
  ownAnswers: { status: 200, query: `?after=${NOBODYS}` },
  queueProgress: { status: 404 },
  whyEmpty: { status: 404 },
  getQueues: { status: 200 },
  getQueueChoices: { status: 200 },
  createQueue: { status: 400, body: { name: '' } },
  updateQueue: { status: 404, body: { paused: true } },
  orderQueue: { status: 404, body: {} },
  previewQueue: { status: 200, body: { filter: {}, mix: { deficit: 1 } } },
  mineDeficit: { status: 404, body: { class: 'flag', count: 10, into: { queueId: 999_999 } } },
  moreLikeThis: { status: 404, body: { count: 10, into: { queueId: 999_999 } } },
  claimPage: { status: 404, body: { class: 'flag', size: 12 } },
  submitPage: {
    status: 404,
    body: {
      id: NOBODYS,
      queueId: 999_999,
      class: 'flag',
      answers: [
        {
          kind: 'label',
          id: NOBODYS,
          windowId: NOBODYS,
          itemId: null,
          label: 'flag',
          elapsedMs: 10,
          answeredAt: '2026-01-01T00:00:00.000Z',
        },
      ],
      elapsedMs: 10,
      answeredAt: '2026-01-01T00:00:00.000Z',
    },
  },
  retractPage: { status: 404, body: { answeredAt: '2026-01-01T00:00:00.000Z' } },
  catchRates: { status: 404 },
  anchoring: { status: 404 },
  getGold: { status: 200 },
  markGold: { status: 404, body: { label: 'flag' } },
  freezeGold: { status: 409, body: {} },
  getGuide: { status: 200 },
  writeGuide: { status: 409, body: { basedOn: 999_999, reason: 'clearer', content: FIRST_GUIDE } },
  windowHistory: { status: 404 },
  similarWindows: { status: 404 },
  replayWindow: { status: 404 },
  searchSeries: { status: 200 },
  openSeries: { status: 404 },
  seriesBars: { status: 404, query: `?version=${'0'.repeat(40)}&from=0&to=1` },
  seriesStretch: { status: 404, query: `?version=${'0'.repeat(40)}&from=128&to=129` },
  ruleMarks: { status: 404, query: '?from=0&to=1' },
  peopleMarks: { status: 404, query: '?from=0&to=1' },
  modelMarks: { status: 404, query: '?from=0&to=1' },
  makeWindow: { status: 404, body: { ts: 0 } },
  listDatasets: { status: 200 },
  getDataset: { status: 404 },
  previewDataset: { status: 404, body: { name: 'all', ruleSetNumber: 999_999 } },
  datasetChecks: { status: 404 },
  checkDataset: { status: 404, body: {} },
  showWindows: { status: 200, query: `?hashes=${'0'.repeat(64)}` },
  buildDataset: { status: 200, body: { name: 'all' } },
  listRuns: { status: 200 },
  getRun: { status: 404 },
  startRun: { status: 404, body: { datasetId: 999_999 } },
  cancelRun: { status: 404, body: {} },
  resumeRun: { status: 404, body: {} },
  listLearningCurves: { status: 200 },
  startLearningCurve: { status: 404, body: { datasetId: 999_999 } },
  listSelfTrainings: { status: 200 },
  getSelfTraining: { status: 404 },
  startSelfTraining: { status: 404, body: { datasetId: 999_999 } },
  continueRound: { status: 404 },
  cancelRound: { status: 404 },
  rejectRound: { status: 404, body: { reason: 'too few' } },
  revertRound: { status: 404, body: { reason: 'too few' } },
  compareRuns: { status: 404, query: '?runs=999998,999999' },
  listVersions: { status: 200 },
  getMetrics: { status: 404 },
  servedModel: { status: 200 },
  modelFile: { status: 404 },
  championName: { status: 200 },
  promote: { status: 404, body: { reason: 'because' } },
  rollBack: { status: 409, body: {} },
  withdrawAlias: { status: 409, body: {} },
  uploadModel: { status: 200, query: '?name=model.onnx' },
  importModel: { status: 404, body: { uploadId: NOBODYS, metrics: {} } },
  archiveVersion: { status: 404, body: {} },
  restoreVersion: { status: 404, body: {} },
  getGate: { status: 404 },
  getModelCard: { status: 404 },
  listDisagreements: { status: 404, query: '?against=v9_9_8' },
  runGate: { status: 404, body: {} },
  predictWindows: { status: 404, body: {} },
};

const PARAMS: Record<string, string> = { name: 'v9_9_9', alias: 'shadow' };
const ORIGIN = 'http://127.0.0.1:3000';
const PASSWORD = 'long enough password';

let database: TestDatabase;
const cookies = new Map<Role, string>();

beforeAll(async () => {
  database = await testDatabase();
  configureDatabase(database.url);
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of ROLES) {
    const email = `${role}@example.org`;
    await insertPerson(getDb(), { id: randomUUID(), name: role, email, role, passwordHash });
    const signedIn = await getAuth().handler(
      new Request(`${ORIGIN}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: ORIGIN },
        body: JSON.stringify({ email, password: PASSWORD }),
      }),
    );
    expect(signedIn.status).toBe(200);
    cookies.set(
      role,
      signedIn.headers
        .getSetCookie()
        .map((cookie) => cookie.split(';')[0])
        .join('; '),
    );
  }
});

afterAll(async () => {
  await closeDatabase();
  await database.drop();
});

interface Operation {
  operationId: string;
  method: string;
  path: string;
  access: Role | 'anyone';
}

/** Read from the document that programs are given, so that a call missing there is missing here too. */
function operations(): Operation[] {
  return Object.entries(openApiDocument().paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(
      methods as Record<string, { operationId: string; 'x-halyard-access': Operation['access'] }>,
    ).map(([method, operation]) => ({
      operationId: operation.operationId,
      method: method.toUpperCase(),
      path,
      access: operation['x-halyard-access'],
    })),
  );
}

async function ask(
  { operationId, method, path }: Operation,
  who: Role | null,
  origin = ORIGIN,
  pageOf: string | null = null,
): Promise<Response> {
  const { body, query = '' } = EXPECTED[operationId as EndpointId];
  const uuidPath = /^\/(jobs|windows|pages)\//.test(path);
  const segments = path
    .replace('{id}', uuidPath ? NOBODYS : '999999')
    .replace(/\{(\w+)\}/g, (_, name: string) => PARAMS[name])
    .split('/')
    .slice(1);
  const headers = new Headers({ host: '127.0.0.1:3000', origin });
  if (pageOf) headers.set(PAGE_OF_HEADER, pageOf);
  if (who) headers.set('cookie', cookies.get(who) ?? '');
  const payload = operationId === 'uploadBars' ? '' : body === undefined ? undefined : JSON.stringify(body);
  const request = new Request(`${ORIGIN}/api/v1/${segments.join('/')}${query}`, {
    method,
    headers,
    ...(payload === undefined ? {} : { body: payload }),
  });
  return dispatch(request, segments, identify);
}

describe.each(operations())('$method $path', (operation) => {
  test('has an expected answer here: a new call needs a rule', () => {
    expect(EXPECTED).toHaveProperty(operation.operationId);
  });

  test('answers nobody only where it is open to anyone', async () => {
    const { status } = await ask(operation, null);
    expect(status).toBe(
      operation.access === 'anyone' ? EXPECTED[operation.operationId as EndpointId].status : 401,
    );
  });

  test.each(ROLES)('answers %s by its rule', async (role) => {
    const allowed = operation.access === 'anyone' || holdsRole(role, operation.access);
    const response = await ask(operation, role);
    const { status } = EXPECTED[operation.operationId as EndpointId];
    expect(response.status, JSON.stringify(await response.clone().json())).toBe(allowed ? status : 403);
  });

  test.runIf(operation.access !== 'anyone')(
    'answers nothing to a page that was made for somebody else',
    async () => {
      const response = await ask(operation, 'admin', ORIGIN, NOBODYS);
      expect(response.status).toBe(401);
      const said = { code: 'someone_else', message: 'admin has signed in on this browser.' };
      expect(await response.json()).toEqual({ error: said });
    },
  );

  test.runIf(operation.method !== 'GET')(
    'refuses a request from another site, whoever is signed in',
    async () => {
      expect((await ask(operation, 'admin', 'https://evil.example')).status).toBe(403);
    },
  );
});

test('a role taken away holds at once, in a session that was open before', async () => {
  const people = await getDb().user.findMany({ where: { role: 'reviewer' } });
  await getDb().user.updateMany({ where: { role: 'reviewer' }, data: { disabled: true } });
  const headers = new Headers({ cookie: cookies.get('reviewer') ?? '' });
  expect(await identify({ headers })).toBeNull();
  expect(people).toHaveLength(1);
});
