// Reads how many tests passed and failed from what the test runners write for machines.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * @param {string} text vitest's JSON report
 * @returns {Counts} a file that could not even be loaded counts as one failure
 */
export function vitestCounts(text) {
  const report = JSON.parse(text);
  /** @type {{ status: string, assertionResults: { status: string }[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** @param {string} text pytest's JUnit XML @returns {Counts} */
export function pytestCounts(text) {
  const suite = text.match(/<testsuite [^>]*>/)?.[0] ?? '';
  const number = (/** @type {string} */ name) =>
    Number(suite.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  return { passed: number('tests') - failed - number('skipped'), failed, skipped: number('skipped') };
}

/** @param {string} text Playwright's JSON report @returns {Counts} errors outside of any test count as failures */
export function playwrightCounts(text) {
  const { stats, errors } = JSON.parse(text);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (errors?.length ?? 0),
    skipped: stats.skipped,
  };
}

/**
 * What a run counts for: a runner that failed without naming a failed test is itself one failure.
 * @param {number} code its exit status @param {Counts | undefined} counts none if it left no report
 * @returns {Counts}
 */
export function settle(code, counts) {
  if (!counts)
    return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}
