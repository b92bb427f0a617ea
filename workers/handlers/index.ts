import type { Handlers } from '../worker.ts';

/** One file a kind, loaded when its first job comes. */
export const handlers: Handlers = {
  import: async () => (await import('./import.ts')).handler,
  scan: async () => (await import('./scan.ts')).handler,
  dataset: async () => (await import('./dataset.ts')).handler,
  train: async () => (await import('./train.ts')).handler,
  predict: async () => (await import('./predict.ts')).handler,
  order: async () => (await import('./order.ts')).handler,
  check: async () => (await import('./check.ts')).handler,
  round: async () => (await import('./round.ts')).handler,
  gate: async () => (await import('./gate.ts')).handler,
};
