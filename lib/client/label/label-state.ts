import type { StateCreator, StoreApi } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { QueueProgress, SKIP_REASONS } from '@/lib/contract/label.ts';
import type { Delivered, OutboxEntry } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Reserve } from '../reserve/reserve.ts';
import type { LabelBackend } from './backend.ts';
import type { HeldItem } from './held-item.ts';
import type { GivenAnswer } from './history.ts';
import type { MarkEditing, OwnMarks } from './mark-editing.ts';

export type SkipReason = (typeof SKIP_REASONS)[number];

/** What is in hand: the window in view and the next ones, each under a lease. */
export interface WindowsSlice {
  /** `empty`: nothing in hand and nothing to be had, `words` says why. `failed`: `words` says what happened. */
  readonly phase: 'loading' | 'labelling' | 'empty' | 'offline-empty' | 'failed';
  readonly words: string | null;
  readonly current: HeldItem | null;
  /** When `current` came into view, ms UTC. */
  readonly shownAt: number;
  /** The next windows, in order. */
  readonly ready: readonly HeldItem[];
  /** The page is closed: nothing is claimed any more. */
  readonly left: boolean;
  /** From now on windows are held; also after `leave`. */
  open(): Promise<void>;
  /** Takes windows from the reserve, or claims them, until enough are ready; then fills the reserve. */
  refill(): Promise<void>;
  /** Keeps the leases; after a sleep, windows that went to others are let go, the one in view too. */
  renew(afterSleep: boolean): Promise<void>;
  /** Leaves what is in hand to this browser's reserve; its leases run out unless a page takes it up. */
  leave(): Promise<void>;
}

/** Working without the server, prepared for. */
export interface OfflineWork {
  readonly on: boolean;
  /** It is being switched on or off. */
  readonly busy: boolean;
  /** Windows leased for half a day, those in hand among them. */
  readonly held: number;
  /** When the first of these leases ends, ms UTC. */
  readonly until: number | null;
  /** What stands in the way, in words. */
  readonly words: string | null;
}

/** What this browser holds beyond the windows in hand, so that work goes on without the server. */
export interface ReserveSlice {
  /** Windows that no page of this browser holds. */
  readonly inReserve: number;
  readonly offlineWork: OfflineWork;
  /** Counts anew: another tab has changed something. */
  look(): Promise<void>;
  /** Claims until the reserve is full. */
  stock(): Promise<void>;
  /** What was not to be had may be now. */
  rouse(): void;
  /** Holds many windows for half a day, or gives them back. */
  workOffline(on: boolean): Promise<void>;
}

/** What was said of the windows, and taking it back. */
export interface AnswersSlice {
  /** Standing answers, newest first. */
  readonly answers: readonly GivenAnswer[];
  /** Goes with the next answer. */
  readonly note: string;
  /** The class guide that the person labels by; null until it is known. */
  readonly guideVersion: number | null;
  /** The retraction whose window the server is asked for. */
  readonly bringingBack: string | null;
  answer(label: ClassId): Promise<void>;
  /** Takes the suggestion as the answer. */
  confirm(): Promise<void>;
  skip(reason: SkipReason): Promise<void>;
  undo(): Promise<void>;
  /** Takes back an answer of this queue, however long ago it was given; its window comes into view to be answered again. */
  takeBack(answer: GivenAnswer): Promise<void>;
  setNote(note: string): void;
  setGuideVersion(number: number): void;
  /** Reads the answers of earlier: what undo walks back through after a reload. */
  readAnswers(): Promise<void>;
  /** Called for each entry that the server has recorded. */
  delivered(entry: Delivered): void;
  /** Called with what the server refused. */
  refused(entries: readonly OutboxEntry[]): void;
}

/** Putting pole and consolidation where the person sees them; they go with the answer where it is a flag. */
export interface MarksSlice {
  /** Taken by the person, of the window that it names: another one has none. */
  readonly marked: OwnMarks | null;
  /** Likewise. */
  readonly editing: MarkEditing | null;
  editMarks(): void;
  /** Takes one of FLAG_BARS in hand. */
  holdMark(handle: number): void;
  nextMark(): void;
  /** Moves what is in hand by bars. */
  stepMark(bars: number): void;
  /** Puts a handle on a bar, counted from t. @param begins the drag: undo goes back to before it */
  dragMark(handle: number, bar: number, begins: boolean): void;
  undoMark(): void;
  takeMarks(): void;
  /** Without taking them. */
  leaveMarks(): void;
  /** There are no marks of the person's own any more. */
  dropMarks(): void;
}

export interface ProgressSlice {
  readonly progress: QueueProgress | null;
  refreshProgress(): Promise<void>;
}

export interface LabelState extends WindowsSlice, ReserveSlice, AnswersSlice, MarksSlice, ProgressSlice {
  /** Something that happened and needs no action, in words. */
  readonly notice: string | null;
  /** Brings the first windows and reads answers and progress. */
  start(): Promise<void>;
  /** Nobody waits for this work; where it fails, `notice` says so. */
  behind(work: Promise<unknown>): void;
}

export type LabelStore = StoreApi<LabelState>;

/** One part of the store, made with a view of the whole. */
export type Slice<Part> = StateCreator<LabelState, [], [], Part>;

export interface LabelParts {
  readonly author: string;
  readonly queueId: number;
  readonly backend: LabelBackend;
  readonly reserve: Reserve;
  readonly put: Outbox['put'];
  /** What waits in the outbox now. */
  readonly waiting: () => readonly OutboxEntry[];
  /** Has the other tabs of this browser look at the reserve anew. */
  readonly tellTabs: () => void;
  readonly now: () => number;
  readonly newId: () => string;
}
