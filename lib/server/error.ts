import type { ErrorBody, ErrorCode } from '@/lib/contract/common.ts';

const STATUS: Record<ErrorCode, number> = {
  invalid: 400,
  unauthenticated: 401,
  someone_else: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  too_many: 429,
  internal: 500,
  unavailable: 503,
};

/** A refusal that people may read: what was wrong, where, and what would be right. Anything else is a fault of ours. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  readonly issues: ErrorBody['error']['issues'];

  constructor(code: ErrorCode, message: string, issues?: ErrorBody['error']['issues']) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.issues = issues;
  }

  get status(): number {
    return STATUS[this.code];
  }

  toBody(): ErrorBody {
    return {
      error: { code: this.code, message: this.message, ...(this.issues ? { issues: this.issues } : {}) },
    };
  }
}

export const notFound = (what: string) => new Refusal('not_found', `There is no ${what}.`);
