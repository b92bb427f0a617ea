import type { ClassId } from '@/lib/contract/classes.ts';
import type { PageInput, PageReceipt } from '@/lib/contract/grid.ts';
import type { Annotation, AnnotationInput, LabelItem } from '@/lib/contract/label.ts';

/** Why the server did not take an entry, in its own words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** What the browser keeps with everything that it sends. */
interface Kept {
  /** Place in the order of sending; given by the store. */
  readonly seq: number;
  /** Who answered: only while this person is signed in is it sent. */
  readonly author: string;
  /** Null for a window that no queue served. */
  readonly queueId: number | null;
  /** The leases it was given under, so that their windows are not asked for again meanwhile. */
  readonly leaseIds: readonly string[];
  /** Set once the server refused it: it then waits for the person, not for the network. */
  readonly refusal: Refusal | null;
}

/** One answer, one page of answers, or one page taken back whole. */
export type Sending =
  | { readonly kind: 'annotation'; readonly input: AnnotationInput }
  | { readonly kind: 'page'; readonly input: PageInput }
  | { readonly kind: 'pageRetraction'; readonly retracts: PageInput; readonly answeredAt: string };

/** What the browser keeps until the server has it; each is sent in one request. */
export type OutboxEntry = Kept & Sending;
export type EntryOf<Kind extends Sending['kind']> = Extract<OutboxEntry, { kind: Kind }>;
export type NewEntry = Omit<Kept, 'seq' | 'refusal'> & Sending;

/** An entry that the server has recorded, with what it answered. */
export type Delivered =
  | (EntryOf<'annotation'> & { readonly receipt: AnnotationReceipt })
  | (EntryOf<'page'> & { readonly receipt: PageReceipt })
  | (EntryOf<'pageRetraction'> & { readonly receipt: { readonly items: readonly LabelItem[] } });

interface AnnotationReceipt {
  readonly annotation: Annotation;
  readonly item: LabelItem | null;
  readonly reason: string | null;
  readonly gold: ClassId | null;
}

/** A label or a skip. */
export type AnswerInput = Exclude<AnnotationInput, { kind: 'retraction' }>;

/** The labels and skips that an entry gives. */
export function answersOf(entry: Sending): readonly AnswerInput[] {
  switch (entry.kind) {
    case 'annotation':
      return entry.input.kind === 'retraction' ? [] : [entry.input];
    case 'page':
      return pageAnswers(entry.input);
    case 'pageRetraction':
      return [];
  }
}

/** Ids of the answers that an entry takes back. */
export function takenBackBy(entry: Sending): readonly string[] {
  switch (entry.kind) {
    case 'annotation':
      return entry.input.kind === 'retraction' ? [entry.input.retractsId] : [];
    case 'page':
      return [];
    case 'pageRetraction':
      return entry.retracts.answers.map(({ id }) => id);
  }
}

/** The answers that wait to be recorded and are not taken back: their ids by window. */
export function waitingAnswers(waiting: readonly Sending[]): ReadonlyMap<string, string> {
  const takenBack = new Set(waiting.flatMap(takenBackBy));
  const standing = waiting.flatMap(answersOf).filter(({ id }) => !takenBack.has(id));
  return new Map(standing.map(({ windowId, id }) => [windowId, id]));
}

/** Ids of the windows that an entry is about. */
export function windowsOf(entry: Sending): readonly string[] {
  switch (entry.kind) {
    case 'annotation':
      return [entry.input.windowId];
    case 'page':
      return entry.input.answers.map(({ windowId }) => windowId);
    case 'pageRetraction':
      return entry.retracts.answers.map(({ windowId }) => windowId);
  }
}

/** The contract lets no retraction onto a page. */
export function pageAnswers({ answers }: PageInput): readonly AnswerInput[] {
  return answers.filter((one): one is AnswerInput => one.kind !== 'retraction');
}

/** True where `later` takes back everything that `entry` gives. */
export function takesBackWhole(later: Sending, entry: Sending): boolean {
  const given = answersOf(entry);
  const takenBack = new Set(takenBackBy(later));
  return given.length > 0 && given.every(({ id }) => takenBack.has(id));
}

/** How many answers people see in these entries: a page is as many as it holds, and taking something back is one. */
export function countAnswers(entries: readonly Sending[]): number {
  return entries.reduce((sum, entry) => sum + Math.max(1, answersOf(entry).length), 0);
}
