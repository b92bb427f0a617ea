// Plain JavaScript, like all of this folder: scripts/start.mjs reads it before anything is installed.

/**
 * Something a person can put right. Its message is the whole answer (what is wrong, where, and the remedy), so it is
 * shown without a stack.
 */
export class Problem extends Error {
  /** @param {string} message @param {{ cause?: unknown }} [options] */
  constructor(message, options) {
    super(message, options);
    this.name = 'Problem';
  }
}

/**
 * The sentence to show for an error, or undefined for one that is ours to fix and deserves its stack.
 * @param {unknown} error
 * @returns {string | undefined}
 */
export function sentenceFor(error) {
  if (!(error instanceof Error)) return undefined;
  // By name: a module loaded both by tsx and by Node has two classes of the same name.
  if (error.name === 'Problem') return error.message;
  const { code, path } = /** @type {NodeJS.ErrnoException} */ (error);
  const where = path ? ` (writing ${path})` : '';
  // 53100 is Postgres' own code for it.
  if (code === 'ENOSPC' || code === '53100' || /no space left on device/i.test(error.message))
    return `The disk is full${where}: free some space and start again; nothing already stored is lost.`;
  if (code === 'EACCES' || code === 'EROFS')
    return `${path ?? 'A file'} cannot be written: give this user the right to it, or set HALYARD_HOME to a folder that can be written.`;
  return undefined;
}
