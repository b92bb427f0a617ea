import { status } from '@grpc/grpc-js';
import { openClient } from '../lib/server/grpc/testing/client.ts';
import { expect, test } from './support/test.ts';

/** A second start is ready in 10 s on a machine that has nothing else to do; this one may be busy. */
const SECOND_START_MS = 60_000;

test.beforeEach(({ house }) => house.installation.start().then(() => undefined));

test('Ctrl-C stops everything and leaves no process, and the next start makes nothing anew', async ({
  house,
}) => {
  const { installation } = house;
  expect(installation.processes().join('\n')).toMatch(/postgres/);
  const people = await installation.query('select id from "User" order by id');
  await installation.stop();
  expect(installation.processes()).toEqual([]);

  expect(await installation.start()).toBeLessThan(SECOND_START_MS);
  expect(installation.printed).not.toContain('minute');
  expect(installation.printed).toContain('up to date');
  // Somebody has an account: no link that would make another first admin.
  expect(installation.link).not.toContain('secret');
  expect(await installation.query('select id from "User" order by id')).toEqual(people);
});

test('a start after everything was killed recovers, with all that was stored', async ({ house }) => {
  const { installation } = house;
  const count = () => installation.query('select count(*)::int n from "Window"');
  const before = await count();
  await installation.kill();
  expect(installation.processes()).toEqual([]);
  await installation.start();
  expect(await count()).toEqual(before);
  const answer = await fetch(`${installation.origin}/api/v1/health`);
  expect(await answer.json()).toEqual({ status: 'ok' });
});

test('when only start-up is killed, what it started ends by itself or is ended by the next start', async ({
  house,
}) => {
  const { installation } = house;
  const [starter] = installation.processes().filter((line) => line.includes('scripts/start.mjs'));
  process.kill(Number.parseInt(starter, 10), 'SIGKILL');
  await expect.poll(() => installation.runs).toBe(false);
  await installation.start();
  const servers = installation.processes().filter((line) => line.includes('next-server'));
  expect(servers).toHaveLength(1);
});

test('a second start of a running installation says where it runs and leaves it alone', async ({ house }) => {
  const { installation } = house;
  const second = await installation.tryStart();
  expect(second.code).toBe(1);
  expect(second.printed).toContain(`Halyard is running already`);
  expect(second.printed).toContain(installation.origin);
  expect((await fetch(`${installation.origin}/api/v1/health`)).status).toBe(200);
});

test('beside the web app runs the gRPC server, which a token of the command line opens', async ({
  house,
}) => {
  const { installation } = house;
  const state = async () => JSON.parse((await installation.halyard(['status', '--json'])).stdout).grpc.state;
  // It may be up a moment after the web app; which of the two it is depends on the tests before.
  await expect.poll(state, { timeout: 30_000 }).toMatch(/^(serving|no_champion)$/);
  const { stdout } = await installation.halyard(['token', 'add', 'start test', '--days', '1']);
  const known = openClient(installation.grpcPort, stdout.trim());
  const unknown = openClient(installation.grpcPort, 'halyard_nobody');
  const codeOf = (asked: Promise<unknown>) =>
    asked.then(
      () => status.OK,
      ({ code }) => code as status,
    );
  expect([status.INVALID_ARGUMENT, status.FAILED_PRECONDITION]).toContain(
    await codeOf(known.classifyBars({ timeframe: '1h' })),
  );
  expect(await codeOf(unknown.classifyBars({ timeframe: '1h' }))).toBe(status.UNAUTHENTICATED);
  for (const client of [known, unknown]) client.close();
});
