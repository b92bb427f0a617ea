import type { Annotation, AnnotationInput, LabelItem } from '@/lib/contract/label.ts';

/** Why the server did not take an answer, in its own words. */
export interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** One answer as the browser keeps it until the server has it. */
export interface OutboxEntry {
  /** Place in the order of sending; given by the store. */
  readonly seq: number;
  /** Who answered: only while this person is signed in is it sent. */
  readonly author: string;
  readonly queueId: number;
  /** The lease the answer was given under, so that its window is not asked for again meanwhile. */
  readonly leaseId: string | null;
  readonly input: AnnotationInput;
  /** Set once the server refused it: it then waits for the person, not for the network. */
  readonly refusal: Refusal | null;
}

export type NewEntry = Omit<OutboxEntry, 'seq' | 'refusal'>;

/** What the server answers when it has recorded an answer. */
export interface Receipt {
  readonly annotation: Annotation;
  readonly item: LabelItem | null;
  readonly reason: string | null;
}

/** Every refusal but these will be the same however often it is tried. */
export function isFinalRefusal(status: number): boolean {
  return status >= 400 && status < 500 && status !== 401 && status !== 408 && status !== 429;
}
