const HEARTBEAT_MS = 30_000;
/** Timers of a page in the background run once a minute; a longer silence is a sleep. */
const SLEEP_MS = 100_000;

/**
 * Calls `tick` at intervals that keep leases alive, and at once when the page wakes up or is online again.
 * @returns how to stop
 */
export function beat(tick: (afterSleep: boolean) => void): () => void {
  let last = Date.now();
  function next() {
    const slept = Date.now() - last > SLEEP_MS;
    last = Date.now();
    tick(slept);
  }
  function onWake() {
    if (document.visibilityState === 'visible') next();
  }
  const timer = setInterval(next, HEARTBEAT_MS);
  document.addEventListener('visibilitychange', onWake);
  window.addEventListener('online', onWake);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', onWake);
    window.removeEventListener('online', onWake);
  };
}
