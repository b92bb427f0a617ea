import { pino } from 'pino';

/** One log for web, worker and command line: JSON lines on standard error. */
export const logger = pino(
  { level: process.env.HALYARD_LOG ?? 'info', base: null, redact: ['*.password', '*.secret', '*.token'] },
  pino.destination(2),
);
