import { status } from '@grpc/grpc-js';
import { type ErrorCode, storable } from '@/lib/contract/common.ts';
import { Refusal } from '../error.ts';
import { logger } from '../log.ts';

const STATUS: Record<ErrorCode, status> = {
  invalid: status.INVALID_ARGUMENT,
  unauthenticated: status.UNAUTHENTICATED,
  someone_else: status.UNAUTHENTICATED,
  forbidden: status.PERMISSION_DENIED,
  not_found: status.NOT_FOUND,
  conflict: status.FAILED_PRECONDITION,
  too_large: status.RESOURCE_EXHAUSTED,
  too_many: status.RESOURCE_EXHAUSTED,
  internal: status.INTERNAL,
  unavailable: status.UNAVAILABLE,
};
/** Statuses travel in a header, which has its limits. */
const LONGEST_DETAILS = 1000;

export interface CallStatus {
  readonly code: status;
  readonly details: string;
}

/** What a caller is told of an error; faults of ours go to the log. */
export function statusOf(error: unknown, method: string): CallStatus {
  if (error instanceof Refusal) {
    return { code: STATUS[error.code], details: storable(error.message).slice(0, LONGEST_DETAILS) };
  }
  logger.error({ err: error, method }, 'a call failed');
  return { code: status.INTERNAL, details: 'The server failed at this call; its log says why.' };
}
