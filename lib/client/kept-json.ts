import type { z } from '@/lib/contract/zod.ts';

/** What a browser's storage keeps under a name; null where there is nothing, or nothing of that form. */
export function readKept<T>(storage: Storage | null, name: string, schema: z.ZodType<T>): T | null {
  const text = storage?.getItem(name) ?? null;
  if (text === null) return null;
  const kept = schema.safeParse(parseJson(text));
  return kept.success ? kept.data : null;
}

/** Keeps a value under a name. @param what it is, for the log: a full storage must not stop the person's work */
export function writeKept(storage: Storage | null, name: string, value: unknown, what: string): void {
  try {
    storage?.setItem(name, JSON.stringify(value));
  } catch (error) {
    console.error(`${what}:`, error);
  }
}

/** The tab's or the browser's storage; null where the browser forbids it. */
export function storageOf(which: 'sessionStorage' | 'localStorage'): Storage | null {
  try {
    return globalThis[which] ?? null;
  } catch {
    return null;
  }
}

/** What another version of the app left, or a person typed, may be no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
