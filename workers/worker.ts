import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { PgBoss } from 'pg-boss';
import type { JobKind } from '@/lib/contract/jobs.ts';
import { databaseUrl } from '@/lib/server/db/connection.ts';
import {
  BOSS_SCHEMA,
  type BossJob,
  HEARTBEAT_REFRESH_SECONDS,
  prepareQueues,
} from '@/lib/server/jobs/boss.ts';
import type { JobHandler } from '@/lib/server/jobs/job.ts';
import { runClaimed, type StopReason } from '@/lib/server/jobs/run-claimed.ts';
import { sendJob } from '@/lib/server/jobs/send.ts';
import { logger } from '@/lib/server/log.ts';
import {
  type ClaimedJob,
  claimJob,
  failAbandonedJobs,
  findToStop,
  returnJob,
} from '@/lib/server/repo/job.ts';
import { registerWorker, unregisterWorker } from '@/lib/server/repo/worker.ts';

const WATCH_EVERY_MS = 1000;
const ABANDONED_EVERY_WATCHES = 10;
const STOP_WITHIN_MS = 5000;

export type Handlers = Readonly<Record<JobKind, () => Promise<JobHandler<never>>>>;

/** How many jobs of a kind this process does at a time. Scans of several series overlap reading, computing and storing. */
export type Concurrency = Partial<Readonly<Record<JobKind, number>>>;

interface Running {
  readonly job: ClaimedJob;
  readonly stop: AbortController;
}

/** Takes jobs from the queues and does them, until it is stopped. Several may run, on several machines. */
export class Worker {
  private readonly id = randomUUID();
  private readonly running = new Map<string, Running>();
  private readonly boss: PgBoss;
  private watch: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private stopping = false;
  private watches = 0;

  constructor(
    private readonly handlers: Handlers,
    private readonly concurrency: Concurrency,
    settings: { superviseSeconds?: number } = {},
  ) {
    const { superviseSeconds = 5 } = settings;
    this.boss = new PgBoss({
      connectionString: databaseUrl(),
      schema: BOSS_SCHEMA,
      application_name: 'halyard worker',
      max: 4,
      schedule: false,
      registerInstance: false,
      useListenNotify: true,
      superviseIntervalSeconds: superviseSeconds,
      monitorIntervalSeconds: superviseSeconds,
    });
    this.boss.on('error', (error) => logger.warn({ err: error }, 'job queue'));
  }

  async start(): Promise<void> {
    await this.boss.start();
    await prepareQueues(this.boss);
    await registerWorker(this.id, `${hostname()} ${process.pid}`);
    this.scheduleWatch();
    for (const [kind, count] of Object.entries(this.concurrency) as [JobKind, number][]) {
      for (let i = 0; i < count; i++) await this.takeJobs(kind);
    }
  }

  /** Stops what runs, gives it back to the queue, and leaves. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.watch);
    for (const { stop } of this.running.values()) abort(stop, 'shutdown');
    await this.boss.stop({ graceful: true, timeout: STOP_WITHIN_MS });
    await this.looking;
    await unregisterWorker(this.id);
  }

  private async takeJobs(kind: JobKind): Promise<void> {
    const options = {
      pollingIntervalSeconds: 1,
      notifyPollingIntervalSeconds: 5,
      heartbeatRefreshSeconds: HEARTBEAT_REFRESH_SECONDS,
    };
    const id: string = await this.boss.work<BossJob>(kind, options, async ([taken]) => {
      if (taken) await this.run(taken.data.jobId, taken.signal);
      // Where one job was, the next may be: look at once, not after the polling interval.
      this.boss.notifyWorker(id);
    });
  }

  private async run(jobId: string, lost: AbortSignal): Promise<void> {
    const job = await claimJob(jobId);
    if (!job) return;
    const stop = new AbortController();
    lost.addEventListener('abort', () => abort(stop, 'lost'), { once: true });
    this.running.set(job.id, { job, stop });
    try {
      // Loaded as part of the job, so that a handler which cannot be loaded fails the job in words.
      const handler: JobHandler<unknown> = async (context) => {
        const load = this.handlers[job.kind] as () => Promise<JobHandler<unknown>>;
        return (await load())(context);
      };
      const ended = await runClaimed(job, handler, stop.signal);
      if (!ended && stop.signal.reason === 'shutdown')
        await returnJob(job, (own, tx) => sendJob(this.boss, own, tx));
    } finally {
      this.running.delete(job.id);
    }
  }

  /** One look after another, however long the database takes. */
  private scheduleWatch(): void {
    if (this.stopping) return;
    this.watch = setTimeout(() => {
      this.looking = this.look()
        .catch((error: unknown) => logger.warn({ err: error }, 'worker could not look at its jobs'))
        .finally(() => this.scheduleWatch());
    }, WATCH_EVERY_MS);
  }

  private async look(): Promise<void> {
    await registerWorker(this.id, `${hostname()} ${process.pid}`);
    const running = [...this.running.values()];
    for (const { id, cancelled } of await findToStop(running.map(({ job }) => job))) {
      const found = this.running.get(id);
      if (found) abort(found.stop, cancelled ? 'cancelled' : 'lost');
    }
    if (this.watches++ % ABANDONED_EVERY_WATCHES === 0) await failAbandonedJobs(BOSS_SCHEMA);
  }
}

function abort(controller: AbortController, reason: StopReason): void {
  if (!controller.signal.aborted) controller.abort(reason);
}
