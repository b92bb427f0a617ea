import type { Status } from '@/components/class/status-dot.tsx';
import type { Job, JobKind } from '@/lib/contract/jobs.ts';

export const STATE_STATUS: Record<Job['state'], Status> = {
  queued: 'idle',
  running: 'busy',
  done: 'good',
  failed: 'bad',
  cancelled: 'warn',
};

export const KIND_NAMES: Record<JobKind, string> = {
  import: 'Import',
  scan: 'Scan',
  dataset: 'Dataset',
  train: 'Training',
  predict: 'Prediction',
  order: 'Order',
  gate: 'Gate',
  check: 'Check',
  round: 'Round',
};

export function isGoing(state: Job['state']): boolean {
  return state === 'queued' || state === 'running';
}

/** The state as people say it. */
export function stateOf({ state, cancelRequested }: Pick<Job, 'state' | 'cancelRequested'>): string {
  return isGoing(state) && cancelRequested ? 'stopping' : state;
}

/** What a job answered, as names and values; nested parts are told by their kind's own view. */
export function resultFacts(result: unknown): [string, string | number][] {
  if (typeof result !== 'object' || result === null) return [];
  return Object.entries(result).flatMap(([name, value]): [string, string | number][] => {
    if (typeof value === 'boolean') return [[inWords(name), value ? 'yes' : 'no']];
    return typeof value === 'string' || typeof value === 'number' ? [[inWords(name), value]] : [];
  });
}

/** `validWindows` as `Valid windows`. */
function inWords(name: string): string {
  const words = name.replace(/([A-Z])/g, ' $1').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
