import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';

/** Where a row's label comes from, besides its source. */
export interface Provenance {
  /** How people's labels became the label of record; null for a row without one. */
  readonly state: 'consensus' | 'adjudicated' | null;
  /** Voices that were counted, and the share of them that agreed; null for a row without a label of record. */
  readonly answers: number | null;
  readonly agreement: number | null;
  /** What people say, one voice each. */
  readonly people: Readonly<Partial<Record<ClassId, number>>> | null;
  /** Rules that fired, nearly did or abstained, and which of these. */
  readonly rules: readonly { readonly rule: string; readonly state: string }[];
}

export const UNKNOWN_PROVENANCE: Provenance = {
  state: null,
  answers: null,
  agreement: null,
  people: null,
  rules: [],
};

/** `flag 2, none 1`; null where nobody said anything. */
export function peopleText({ people }: Provenance): string | null {
  const said = CLASS_IDS.filter((id) => people?.[id]).map((id) => `${id} ${people?.[id]}`);
  return said.length === 0 ? null : said.join(', ');
}

/** `flag fired, wedge near`; null where no rule had anything to say. */
export function rulesText({ rules }: Provenance): string | null {
  return rules.length === 0 ? null : rules.map(({ rule, state }) => `${rule} ${state}`).join(', ');
}
