import { ApiError } from './api.ts';

const TRIES = 3;

/** For what the server tells of a window only once it has the person's answer, which may be on its way still. */
export const onceAnswered = {
  retry: (count: number, error: Error) =>
    count < TRIES && error instanceof ApiError && error.code === 'conflict',
  retryDelay: 1_000,
} as const;
