import { create } from 'zustand';

/**
 * Whose session the browser has, as far as the last answer of the server told: this page's person's, no one's, or another's,
 * with the sentence that says whose.
 */
export type Standing =
  | { readonly session: 'ours' | 'over'; readonly words: null }
  | { readonly session: 'someone-else'; readonly words: string };

export const OURS: Standing = { session: 'ours', words: null };
export const OVER: Standing = { session: 'over', words: null };

export const useStanding = create<Standing>(() => OURS);

let person: string | null = null;

/** Says whom this page was made for; from then on its calls are for that person or are refused. */
export function speakFor(personId: string): void {
  person = personId;
}

/** Null on pages that are anyone's, such as sign-in. */
export function pagePerson(): string | null {
  return person;
}
