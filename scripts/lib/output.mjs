// What start and test say on the terminal: each step, and how long it took.

/** @param {number} ms @returns {string} such as `0.4 s`, `12 s`, `3 min 5 s` */
export function duration(ms) {
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Runs one step and prints its name before, what it found meanwhile, and its time after.
 * @template T
 * @param {string} title
 * @param {(say: (detail: string) => void) => Promise<T> | T} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const began = Date.now();
  console.log(`- ${title}`);
  const result = await work((detail) => console.log(`    ${detail}`));
  console.log(`    ${duration(Date.now() - began)}`);
  return result;
}
