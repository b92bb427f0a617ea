import type { StateCreator, StoreApi } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { Share } from '@/lib/contract/gold.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import type { Delivered, OutboxEntry } from '../outbox/entry.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { KeptWindow } from '../reserve/database.ts';
import type { GridBackend } from './grid-backend.ts';
import type { GridAnswer } from './grid-page.ts';
import type { GridStore } from './grid-store.ts';
import type { HeldItem } from './held-item.ts';
import type { KeptPage, PageMemory } from './page-memory.ts';

/** What is in hand: windows of one suggested class, each under a lease, cut into pages in their order. */
export interface GridWindowsSlice {
  readonly suggested: ClassId;
  /** `empty`: nothing in hand and nothing to be had, `words` says why. `failed`: `words` says what happened. */
  readonly phase: 'loading' | 'working' | 'empty' | 'offline-empty' | 'failed';
  readonly words: string | null;
  /** The page in view first, then those after it. */
  readonly items: readonly HeldItem[];
  /** When the page in view came there, ms UTC. */
  readonly shownAt: number;
  /** From now on windows are claimed; also after `leave`. */
  open(): void;
  /** Claims until the page in view and two more are in hand. */
  refill(): Promise<void>;
  /** Keeps the leases; after a sleep, windows that went to others are let go, those in view too. */
  renew(afterSleep: boolean): Promise<void>;
  /** Goes on with another class; gives back what is in hand of this one. */
  turnTo(suggested: ClassId): void;
  /** Gives back what is in hand. */
  leave(): Promise<void>;
}

/** A page that was submitted and stands. */
export interface SubmittedPage extends KeptPage {
  /** Its windows while this browser page has them; otherwise undo asks the server for them. */
  readonly items: readonly HeldItem[] | null;
}

/** What was said of whole pages, and taking it back. */
export interface GridPagesSlice {
  /** Of this session, newest first. */
  readonly submitted: readonly SubmittedPage[];
  /** The page whose windows the server is asked for. */
  readonly bringingBack: string | null;
  /** Planted windows that this person noticed on their pages of this queue; null until the server has said. */
  readonly catchRate: Share | null;
  /** How many pages went back to the queue, since the person was last told. */
  readonly wentBack: number;
  submit(answers: readonly GridAnswer[]): Promise<void>;
  /** Takes the newest page back and shows it again, with its exceptions. */
  undo(): Promise<void>;
  /** The person knows of the pages that went back. */
  acknowledge(): void;
  /** Called for each entry that the server has recorded. */
  delivered(entry: Delivered): void;
  /** Called with all that the server refused. */
  refused(entries: readonly OutboxEntry[]): void;
}

export interface GridWork extends GridWindowsSlice, GridPagesSlice {
  readonly progress: QueueProgress | null;
  refreshProgress(): Promise<void>;
  /** Something that happened and needs no action, in words. */
  readonly notice: string | null;
  /** Nobody waits for this work; where it fails, `notice` says so. */
  behind(work: Promise<unknown>): void;
  /** Claims the first pages and reads the progress. */
  start(): Promise<void>;
}

export type GridWorkStore = StoreApi<GridWork>;

/** One part of the store, made with a view of the whole. */
export type GridSlice<Part> = StateCreator<GridWork, [], [], Part>;

export interface GridWorkParts {
  readonly author: string;
  readonly queueId: number;
  /** The class to begin with. */
  readonly suggested: ClassId;
  readonly backend: GridBackend;
  readonly memory: PageMemory;
  /** Focus, marks and size of page. */
  readonly grid: GridStore;
  readonly put: Outbox['put'];
  /** What waits in the outbox now. */
  readonly waiting: () => readonly OutboxEntry[];
  /** Windows that this browser keeps for labelling one by one: they do not come here too. */
  readonly keptElsewhere: () => Promise<readonly KeptWindow[]>;
  readonly now: () => number;
  readonly newId: () => string;
}
