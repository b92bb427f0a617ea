import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OPERATOR } from '../lib/server/auth/actor.ts';
import { removeUpload } from '../lib/server/bars/upload.ts';
import { closeDatabase, configureDatabase } from '../lib/server/db/connection.ts';
import { paths } from '../lib/server/paths.ts';
import { ensurePostgresEnv } from '../lib/server/pg/database.ts';
import { startEmbeddedPostgres } from '../lib/server/pg/launcher.ts';
import { applyMigrations } from '../lib/server/pg/migrate.ts';
import { runImport, uploadBars } from '../lib/server/service/import.ts';
import { storage } from '../lib/server/storage.ts';
import type { Bench, Figure } from './figure.ts';
import { machineName } from './machine.ts';

const BARS = 1_000_000;
const MINUTE = 60_000;
const VENUE = 'bench';
const LIMIT_S = 10;

export default {
  name: 'import',
  about: 'a CSV of a million one-minute bars, from the first byte sent to bars that a scan can read',
  async run({ quick }) {
    const folder = mkdtempSync(join(tmpdir(), 'halyard-bench-pg-'));
    await ensurePostgresEnv(paths());
    const server = await startEmbeddedPostgres({ folder, pythonEnv: paths().postgresEnv, database: 'bench' });
    try {
      await applyMigrations({ url: server.url, folder: paths().migrations });
      configureDatabase(server.url);
      const csv = new Blob([makeCsv()]);
      const seconds: number[] = [];
      for (let i = 0; i < (quick ? 1 : 5); i++) seconds.push(await importOnce(csv, `RUN${i}`));
      seconds.sort((a, b) => a - b);
      const figure = (name: string, value: number, limit: number | null): Figure => ({
        bench: 'import',
        figure: name,
        value: Number(value.toFixed(2)),
        unit: 's',
        n: seconds.length,
        size: `${BARS} bars, ${Math.round(csv.size / 1e6)} MB of CSV`,
        limit,
        machine: machineName(),
      });
      return [
        figure('upload and import, median', seconds[seconds.length >> 1], LIMIT_S),
        figure('upload and import, slowest', seconds[seconds.length - 1], null),
      ];
    } finally {
      await closeDatabase();
      await server.stop();
      await storage.remove(`bars/venue=${VENUE}`);
      rmSync(folder, { recursive: true, force: true });
    }
  },
} satisfies Bench;

/** Prices on a slow wave with a little jitter: as many digits as real ones. */
function makeCsv(): string {
  const lines = ['ts_ms,open,high,low,close,volume,taker_buy_volume'];
  const first = Date.UTC(2023, 0, 1);
  for (let i = 0; i < BARS; i++) {
    const open = 30_000 + 5000 * Math.sin(i / 20_000) + ((i * 7919) % 100) / 10;
    const close = open + ((i * 104_729) % 200) / 10 - 10;
    const volume = 10 + ((i * 15_485_863) % 100_000) / 1000;
    lines.push(
      [
        first + i * MINUTE,
        open.toFixed(2),
        (Math.max(open, close) + 5).toFixed(2),
        (Math.min(open, close) - 5).toFixed(2),
        close.toFixed(2),
        volume.toFixed(5),
        (volume * 0.45).toFixed(5),
      ].join(','),
    );
  }
  return `${lines.join('\n')}\n`;
}

async function importOnce(csv: Blob, symbol: string): Promise<number> {
  const began = performance.now();
  const { uploadId } = await uploadBars(OPERATOR, { name: 'bench.csv' }, csv.stream());
  const report = await runImport({
    jobId: randomUUID(),
    actor: OPERATOR,
    payload: { file: { uploadId, venue: VENUE, symbol, timeframe: '1m', name: 'bench.csv' }, strict: true },
    signal: new AbortController().signal,
    progress: () => undefined,
    log: () => undefined,
  });
  const seconds = (performance.now() - began) / 1000;
  await removeUpload(uploadId);
  if (report.barsAdded !== BARS) throw new Error(`${report.barsAdded} bars were imported of ${BARS}`);
  return seconds;
}
