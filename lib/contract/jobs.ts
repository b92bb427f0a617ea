import { isoDateSchema, okSchema, uuidParams, uuidSchema } from './common.ts';
import { endpoint } from './endpoint.ts';
import type { Role } from './roles.ts';
import { z } from './zod.ts';

export const JOB_KINDS = [
  'import',
  'scan',
  'dataset',
  'train',
  'predict',
  'order',
  'gate',
  'check',
  'round',
] as const;
export type JobKind = (typeof JOB_KINDS)[number];
/** Who may ask for a kind of job, see it and stop it. */
export const JOB_ROLES: Readonly<Record<JobKind, Role>> = {
  import: 'admin',
  scan: 'admin',
  dataset: 'admin',
  train: 'admin',
  predict: 'admin',
  order: 'reviewer',
  gate: 'admin',
  check: 'admin',
  round: 'admin',
};
export const JOB_STATES = ['queued', 'running', 'done', 'failed', 'cancelled'] as const;

export const jobSchema = z.object({
  id: uuidSchema,
  kind: z.enum(JOB_KINDS),
  state: z.enum(JOB_STATES),
  title: z.string(),
  /** 0-1; null where it cannot be known yet. */
  progress: z.number().min(0).max(1).nullable(),
  message: z.string().nullable(),
  error: z.string().nullable(),
  /** What the job made, by kind; see the kind's own result schema. */
  result: z.unknown(),
  cancelRequested: z.boolean(),
  createdBy: z.string(),
  createdAt: isoDateSchema,
  startedAt: isoDateSchema.nullable(),
  endedAt: isoDateSchema.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobsApi = {
  listJobs: endpoint({
    id: 'listJobs',
    method: 'GET',
    path: '/jobs',
    access: 'reviewer',
    summary: 'Newest jobs of the kinds that this person may see first, those still going on top',
    query: z.object({
      kind: z.enum(JOB_KINDS).optional(),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    out: z.object({ jobs: z.array(jobSchema), active: z.number().int(), workersAlive: z.number().int() }),
  }),
  getJob: endpoint({
    id: 'getJob',
    method: 'GET',
    path: '/jobs/{id}',
    access: 'reviewer',
    summary: 'One job',
    params: uuidParams,
    out: jobSchema,
  }),
  getJobLog: endpoint({
    id: 'getJobLog',
    method: 'GET',
    path: '/jobs/{id}/log',
    access: 'reviewer',
    summary: "A job's log lines after a given one",
    params: uuidParams,
    query: z.object({ after: z.coerce.number().int().min(0).default(0) }),
    out: z.object({
      lines: z.array(z.object({ id: z.number().int(), at: isoDateSchema, line: z.string() })),
    }),
  }),
  cancelJob: endpoint({
    id: 'cancelJob',
    method: 'POST',
    path: '/jobs/{id}/cancel',
    access: 'reviewer',
    summary: 'Ask a job to stop; a queued one stops at once, a running one within seconds',
    params: uuidParams,
    out: okSchema,
  }),
};
