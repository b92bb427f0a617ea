import type { ClassId } from '@/lib/contract/classes.ts';
import type { PageInput } from '@/lib/contract/grid.ts';
import { pageAnswers } from '../outbox/entry.ts';
import type { Exception } from './grid-store.ts';
import type { HeldItem } from './held-item.ts';

/** Windows of one suggested class, shown together. */
export interface GridPage {
  /** The same page has the same id, whether it is in view or drawn in advance. */
  readonly id: string;
  readonly suggested: ClassId;
  /** 1 to rows × columns of the size chosen, in reading order. */
  readonly items: readonly HeldItem[];
}

/** What is said of one window of a page that was submitted. */
export interface GridAnswer {
  readonly held: HeldItem;
  /** The page's suggested class, or the exception marked for this window. */
  readonly answer: Exception;
}

/** The page in view and the one after it, null where there are no windows for it. */
export function cutPages(
  items: readonly HeldItem[],
  suggested: ClassId,
  size: number,
): readonly [page: GridPage | null, next: GridPage | null] {
  const pageFrom = (start: number): GridPage | null => {
    const own = items.slice(start, start + size);
    return own.length === 0 ? null : { id: own[0].item.windowId, suggested, items: own };
  };
  return [pageFrom(0), pageFrom(size)];
}

/** What was said on a page instead of its class, by window id. */
export function exceptionsOf(page: PageInput): ReadonlyMap<string, Exception> {
  return new Map(
    pageAnswers(page).flatMap((answer): [string, Exception][] => {
      if (answer.kind === 'skip') return [[answer.windowId, 'skip']];
      return answer.label === page.class ? [] : [[answer.windowId, answer.label]];
    }),
  );
}
