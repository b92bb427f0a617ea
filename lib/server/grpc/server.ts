import { Server, ServerCredentials } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { HealthImplementation } from 'grpc-health-check';
import { TokenBook } from '../auth/token-book.ts';
import { logger } from '../log.ts';
import { Classifier } from '../service/classify.ts';
import { segmentSettingsNamed } from '../service/serving.ts';
import type { ServedModels } from '../serving/served-models.ts';
import { patternHandlers } from './handlers.ts';
import { loadPatternPackage, patternService, SERVICE_NAME, tellingUnreadable } from './pattern-proto.ts';

/** An image is 12 kB, 5,000 bars are 350 kB. */
const LARGEST_REQUEST = 2 ** 20;
/** Calls of one connection at a time. */
const MOST_CALLS = 512;

export interface PatternServer {
  readonly port: number;
  /** Takes no more calls, lets those under way end for `graceMs`, and closes. */
  stop(graceMs?: number): Promise<void>;
}

export interface PatternServerOptions {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly models: ServedModels;
  /** How often alias and tokens are looked at. */
  readonly watchMs?: number;
}

/**
 * The gRPC server: PatternService, standard health and reflection. It follows the champion, and the tokens, by itself.
 * @throws Error of the network where it cannot listen there
 */
export async function startPatternServer(options: PatternServerOptions): Promise<PatternServer> {
  const { host, port, models, watchMs = 1000 } = options;
  const tokens = new TokenBook();
  const health = new HealthImplementation({ '': 'SERVING', [SERVICE_NAME]: 'NOT_SERVING' });
  const definition = loadPatternPackage();
  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_REQUEST,
    'grpc.max_concurrent_streams': MOST_CALLS,
  });
  const classifier = new Classifier(models, segmentSettingsNamed);
  const { service } = patternService(definition).PatternService;
  server.addService(tellingUnreadable(service), patternHandlers(classifier, tokens));
  health.addToServer(server);
  new ReflectionService(definition).addToServer(server);

  const watch = watchEvery(watchMs, async () => {
    await Promise.all([models.refresh(), tokens.refresh()]);
    health.setStatus(SERVICE_NAME, models.championName === null ? 'NOT_SERVING' : 'SERVING');
  });
  const stop = async (graceMs = 5000) => {
    for (const name of ['', SERVICE_NAME]) health.setStatus(name, 'NOT_SERVING');
    await watch.stop();
    await shutDown(server, graceMs);
    await tokens.close();
    await models.close();
  };
  await watch.first;
  try {
    return { port: await listen(server, host, port), stop };
  } catch (error) {
    await stop(0);
    throw error;
  }
}

/** Looks at once, and again and again after `ms`; a look that fails is told, and the next one tries anew. */
function watchEvery(ms: number, look: () => Promise<void>): { first: Promise<void>; stop(): Promise<void> } {
  let isWell = true;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const round = async (): Promise<void> => {
    try {
      await look();
      isWell = true;
    } catch (error) {
      // Once a trouble, not once a second.
      if (isWell) logger.warn({ err: error }, 'champion and tokens cannot be looked up; what is known holds');
      isWell = false;
    }
    if (stopped) return;
    timer = setTimeout(() => {
      looking = round();
    }, ms);
  };
  const first = round();
  let looking = first;
  return {
    first,
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
}

function shutDown(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.forceShutdown(), graceMs);
    server.tryShutdown(() => {
      clearTimeout(force);
      resolve();
    });
  });
}
