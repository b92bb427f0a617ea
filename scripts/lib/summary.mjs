/** @typedef {import('./counts.mjs').Counts & { name: string, ms: number }} Result */

/** @param {Result[]} results @param {(ms: number) => string} duration @returns {string} one line a check */
export function table(results, duration) {
  const rows = results.map(({ name, passed, failed, skipped, ms }) => [
    failed > 0 ? 'FAILED' : 'ok',
    name,
    `${passed} passed`,
    failed > 0 ? `${failed} failed` : '',
    skipped > 0 ? `${skipped} skipped` : '',
    duration(ms),
  ]);
  const widths = rows.reduce(
    (widest, row) => row.map((cell, column) => Math.max(cell.length, widest[column] ?? 0)),
    /** @type {number[]} */ ([]),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** @param {Result[]} results @returns {string} what failed, by name: a line each, empty where all passed */
export function failureList(results) {
  return results
    .flatMap(({ name, failures = [] }) => failures.map((failure) => `FAILED  ${name}  ${failure}`))
    .join('\n');
}

/** @param {Result[]} results @returns {string} such as `412 passed, 0 failed`: for programs, alone on the last line */
export function closingLine(results) {
  const sum = (/** @type {'passed' | 'failed'} */ key) =>
    results.reduce((total, result) => total + result[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed`;
}
