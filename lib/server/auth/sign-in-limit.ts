const WINDOW_MS = 60_000;
/** Nobody mistypes so often in a minute. */
const MOST_TRIES = 12;
/** Addresses watched before those whose minute is over are forgotten. */
const SWEEP_ABOVE = 1000;
/** The longest that an e-mail address can be: https://www.rfc-editor.org/rfc/rfc3696 (erratum 1690), rounded up. */
const LONGEST_ADDRESS = 320;

export interface SignInLimit {
  /** Counts a try before its password is looked at. @returns seconds to wait, 0 where it may go on */
  begin(email: string): number;
  /** Takes the count of a try back: its password was right. */
  succeed(email: string): void;
}

/**
 * Counts failed sign-ins by the address they are for. A sender may claim any number of network addresses in
 * x-forwarded-for, but has to name the account that it guesses at. Addresses without an account count alike, so that
 * the answer does not tell which exist.
 * @param now wall clock, ms
 */
export function createSignInLimit(now: () => number = Date.now): SignInLimit {
  const tries = new Map<string, { count: number; until: number }>();
  const keyOf = (email: string) => email.trim().toLowerCase().slice(0, LONGEST_ADDRESS);
  return {
    begin(email) {
      const at = now();
      if (tries.size > SWEEP_ABOVE) {
        for (const [key, { until }] of tries) if (until <= at) tries.delete(key);
      }
      const key = keyOf(email);
      const known = tries.get(key);
      const current = known && known.until > at ? known : { count: 0, until: at + WINDOW_MS };
      if (current.count >= MOST_TRIES) return Math.ceil((current.until - at) / 1000);
      current.count++;
      tries.set(key, current);
      return 0;
    },
    succeed(email) {
      const known = tries.get(keyOf(email));
      if (known && known.count > 0) known.count--;
    },
  };
}
