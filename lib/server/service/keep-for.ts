/** A lookup whose answer may be a little old takes at most this share of a processor. */
const SHARE = 0.05;
/** What takes less than this is simply asked again. */
const QUICK_MS = 25;

/**
 * `lookup` with its answers kept for a while: not at all where it is quick, else for twenty times as long as it took.
 * Whoever asks while it runs gets the same answer. A failure is not kept.
 */
export function keepFor<Key, Value>(
  lookup: (key: Key) => Promise<Value>,
  now: () => number = () => performance.now(),
): (key: Key) => Promise<Value> {
  const kept = new Map<Key, { value: Promise<Value>; until: number }>();
  return (key) => {
    const known = kept.get(key);
    if (known && now() < known.until) return known.value;
    const started = now();
    const value = lookup(key);
    const entry = { value, until: Number.POSITIVE_INFINITY };
    kept.set(key, entry);
    value.then(
      () => {
        const took = now() - started;
        entry.until = took < QUICK_MS ? started : started + took / SHARE;
      },
      () => kept.delete(key),
    );
    return value;
  };
}
