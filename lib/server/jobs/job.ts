import type { JobKind } from '@/lib/contract/jobs.ts';
import type { Actor } from '../auth/actor.ts';

/** What a running job is given: its input, a way to say how far it is, and a signal that ends it. */
export interface JobContext<Payload> {
  readonly jobId: string;
  readonly payload: Payload;
  /** Who asked for it; services called from the job decide by this. */
  readonly actor: Actor;
  /** Aborted on cancel and on shutdown. A handler that sees it leaves nothing half done and throws. */
  readonly signal: AbortSignal;
  /** 0-1, or null where it cannot be known; written to the database at most twice a second. */
  progress(fraction: number | null, message?: string): void;
  log(line: string): void;
}

/** Does one kind of job. The answer is stored as the job's result. */
export type JobHandler<Payload> = (context: JobContext<Payload>) => Promise<unknown>;

/** What a service says when it asks for a job. */
export interface JobRequest {
  readonly kind: JobKind;
  readonly title: string;
  readonly payload: Record<string, unknown>;
  /** Jobs that share a key run one after another (imports into one series, say). */
  readonly serialKey?: string;
}
