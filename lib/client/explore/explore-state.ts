import type { StoreApi } from 'zustand/vanilla';
import type { ClassId } from '@/lib/contract/classes.ts';
import type { OpenedSeries } from '@/lib/contract/explore.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PersonMark } from './mark.ts';
import type { Seen } from './seen.ts';
import type { Viewport } from './viewport.ts';

/** Where in a series a person is, and what they are about to say of it. */
export interface ExploreState {
  readonly viewport: Viewport;
  /** The bar that keys are about. */
  readonly cursor: number;
  /** Everything right of the cursor is hidden, and not asked for, until it is left. */
  readonly replay: boolean;
  /** Asked whether to leave a replay, which shows for good what nobody here has seen yet. */
  readonly leaving: boolean;
  /** The class that the next press of its key gives to the cursor's window; meanwhile everything right of it is hidden. */
  readonly armed: ClassId | null;
  /** A label is on its way into the outbox. */
  readonly recording: boolean;
  /** Labels given here that the server's list may not have yet, and those that it may still have though taken back. */
  readonly given: readonly PersonMark[];
  readonly takenBack: ReadonlySet<string>;
  /** Something that happened, in words. */
  readonly notice: string | null;
}

export interface ExploreActions {
  setViewport(viewport: Viewport): void;
  /** Moves the view by a share of its width. */
  panBy(share: number): void;
  /** About the cursor where it is in view, else about the middle. */
  zoomBy(factor: number): void;
  showWhole(): void;
  goTo(bar: number): void;
  /** The bar stamped `ts`, or the last before it. */
  goToTs(ts: number): void;
  step(bars: number): void;
  /** Enters a replay, or leaves it: at the second asking where that shows what was not seen before. */
  toggleReplay(): void;
  /** Arms a class at the cursor; armed already, records it. */
  press(label: ClassId): Promise<void>;
  record(): Promise<void>;
  disarm(): void;
  /** Takes the newest label back that was given here. `marks` are the person's own, of the server and of this page. */
  undo(marks: readonly PersonMark[]): Promise<void>;
  /** The server would not take an answer of this page. */
  refused(annotationIds: ReadonlySet<string>): void;
  tell(notice: string | null): void;
}

export type ExploreStore = StoreApi<ExploreState & ExploreActions>;

export interface ExploreParts {
  readonly author: string;
  readonly series: OpenedSeries;
  readonly seen: Seen;
  readonly put: Outbox['put'];
  /** The window that ends at a bar. @throws ApiError, OfflineError */
  readonly makeWindow: (ts: number) => Promise<{ readonly windowId: string }>;
  readonly now: () => number;
  readonly newId: () => string;
}

/** Where to begin, as far as the address says it. */
export interface ExploreStart {
  readonly viewport: Viewport | null;
  readonly cursorTs: number | null;
  readonly replay: boolean;
}

/** The first bar that must not be seen. */
export function endOf({ replay, armed, cursor }: ExploreState, bars: number): number {
  return replay || armed !== null ? cursor + 1 : bars;
}
