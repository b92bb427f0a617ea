import { closeDatabase, configureDatabase } from '@/lib/server/db/connection.ts';
import { env, grpcPort } from '@/lib/server/env.ts';
import { startPatternServer } from '@/lib/server/grpc/server.ts';
import { checkPort } from '@/lib/server/host/port.mjs';
import { sentenceFor } from '@/lib/server/host/problem.mjs';
import { logger } from '@/lib/server/log.ts';
import { ensureDatabase } from '@/lib/server/pg/database.ts';
import { serveVersions } from '@/lib/server/service/serving.ts';

const LEAVE_WITHIN_MS = 8000;

/** The gRPC server: beside the web app as `npm start` starts it, or by itself on a machine of its own. */
async function main(): Promise<void> {
  const { HOST } = env();
  const port = grpcPort();
  await checkPort(HOST, port, 'GRPC_PORT');
  const database = await ensureDatabase((message) => logger.info(message));
  configureDatabase(database.url);
  const server = await startPatternServer({ host: HOST, port, models: serveVersions() });
  logger.info({ host: HOST, port }, 'gRPC server ready');

  let leaving = false;
  const leave = async (signal: NodeJS.Signals) => {
    if (leaving) return;
    leaving = true;
    logger.info({ signal }, 'gRPC server stops');
    setTimeout(() => process.exit(1), LEAVE_WITHIN_MS).unref();
    await server.stop();
    await closeDatabase();
    await database.stop();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      leave(signal).catch((error: unknown) => {
        logger.error({ err: error }, 'gRPC server did not stop cleanly');
        process.exit(1);
      });
    });
}

main().catch((error: unknown) => {
  const sentence = sentenceFor(error);
  if (sentence) console.error(sentence);
  else logger.fatal({ err: error }, 'gRPC server cannot start');
  process.exit(1);
});
