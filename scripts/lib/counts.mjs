// Reads how many tests passed and failed, and which failed, from what the test runners write for machines.
import { relative } from 'node:path';

/**
 * `failures` names what failed, a line each: the test's file and name, and the first line of what went wrong.
 * @typedef {{ passed: number, failed: number, skipped: number, failures?: readonly string[] }} Counts
 */

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** @param {string} where @param {string | undefined} message @returns {string} */
function failure(where, message) {
  const why = message
    ?.replace(COLOURS, '')
    .split('\n')
    .find((line) => line.trim() !== '');
  return why ? `${where}: ${why.trim()}` : where;
}

/**
 * @param {string} text vitest's JSON report
 * @returns {Counts} a file that could not even be loaded counts as one failure
 */
export function vitestCounts(text) {
  const report = JSON.parse(text);
  /** @type {{ name: string, message: string, status: string, assertionResults: { fullName: string, status: string, failureMessages: string[] }[] }[]} */
  const files = report.testResults;
  const unloaded = files.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
    failures: [
      ...unloaded.map(({ name, message }) => failure(relative('', name), message)),
      ...files.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'failed')
          .map(({ fullName, failureMessages }) =>
            failure(`${relative('', name)} › ${fullName}`, failureMessages[0]),
          ),
      ),
    ],
  };
}

/** @param {string} text pytest's JUnit XML @returns {Counts} */
export function pytestCounts(text) {
  const suite = text.match(/<testsuite [^>]*>/)?.[0] ?? '';
  const number = (/** @type {string} */ name) =>
    Number(suite.match(new RegExp(`\\b${name}="(\\d+)"`))?.[1] ?? 0);
  const failed = number('failures') + number('errors');
  const cases = text.matchAll(
    /<testcase classname="([^"]*)" name="([^"]*)"[^>]*>\s*<(?:failure|error) message="([^"]*)"/g,
  );
  return {
    passed: number('tests') - failed - number('skipped'),
    failed,
    skipped: number('skipped'),
    failures: [...cases].map(([, file, name, message]) =>
      failure(`${file} › ${name}`, message?.split('&#10;')[0]),
    ),
  };
}

/** @param {string} text Playwright's JSON report @returns {Counts} errors outside of any test count as failures */
export function playwrightCounts(text) {
  const { stats, errors, suites } = JSON.parse(text);
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + (errors?.length ?? 0),
    skipped: stats.skipped,
    failures: [
      ...(errors ?? []).map((/** @type {{ message: string }} */ { message }) =>
        failure('outside of any test', message),
      ),
      ...(suites ?? []).flatMap(failedSpecs),
    ],
  };
}

/**
 * @typedef {{ file: string, line: number, title: string, ok: boolean, tests: { results: { error?: { message?: string } }[] }[] }} Spec
 * @param {{ specs?: Spec[], suites?: never[] }} suite @returns {string[]}
 */
function failedSpecs({ specs = [], suites = [] }) {
  const failed = specs.filter(({ ok }) => !ok);
  return [
    ...failed.map(({ file, line, title, tests }) =>
      failure(`${file}:${line} › ${title}`, tests[0]?.results[0]?.error?.message),
    ),
    ...suites.flatMap(failedSpecs),
  ];
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
