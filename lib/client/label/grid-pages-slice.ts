import type { PageInput, PageReceipt } from '@/lib/contract/grid.ts';
import type { LabelItem } from '@/lib/contract/label.ts';
import { orNull } from '../api.ts';
import { type EntryOf, type NewEntry, waitingAnswers, windowsOf } from '../outbox/entry.ts';
import { exceptionsOf, type GridAnswer } from './grid-page.ts';
import { gridSizeOf } from './grid-store.ts';
import { inHand } from './grid-windows-slice.ts';
import type { GridPagesSlice, GridSlice, GridWorkParts, SubmittedPage } from './grid-work-state.ts';
import { type HeldItem, openItem } from './held-item.ts';
import { withPage } from './progress.ts';

/** Pages kept with their windows, so that undo is at once and works offline. */
const KEPT_WITH_WINDOWS = 8;
/** The longest time to an answer that the server takes. */
const DAY_MS = 86_400_000;

/** Submitting the page in view, and undo. */
export function gridPagesSlice(parts: GridWorkParts): GridSlice<GridPagesSlice> {
  const { author, queueId, backend, memory, grid, put, waiting, now, newId } = parts;
  /** Refusals that were told. */
  const told = new Set<number>();
  let busy = false;

  return (set, get) => {
    /** Keeps an entry, then shows what comes next. A second key within the moment this takes is a bounce. */
    async function keep(entry: NewEntry, then: () => void): Promise<void> {
      busy = true;
      try {
        await put(entry);
        then();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        set({
          notice: `This browser could not keep the page (${reason}). Nothing was recorded; free some space and try again.`,
        });
      } finally {
        busy = false;
      }
    }

    function setSubmitted(submitted: readonly SubmittedPage[]): void {
      memory.write(submitted);
      set({
        submitted: submitted.map((page, place) =>
          place < KEPT_WITH_WINDOWS || page.items === null ? page : { ...page, items: null },
        ),
      });
    }

    function inputOf(answers: readonly GridAnswer[]): PageInput {
      const { suggested, shownAt } = get();
      const at = now();
      const elapsedMs = Math.min(DAY_MS, Math.max(0, Math.round(at - shownAt)));
      const answeredAt = new Date(at).toISOString();
      return {
        id: newId(),
        queueId,
        class: suggested,
        elapsedMs,
        answeredAt,
        answers: answers.map(({ held: { item }, answer }) => {
          const base = {
            id: newId(),
            windowId: item.windowId,
            itemId: item.itemId,
            // Nobody can tell how long one of them was looked at.
            elapsedMs: Math.round(elapsedMs / answers.length),
            answeredAt,
          };
          return answer === 'skip'
            ? { kind: 'skip', ...base, skipReason: 'unclear' }
            : { kind: 'label', ...base, label: answer };
        }),
      };
    }

    /** Puts a page's windows in front of what is in hand; a claim may have brought some of them already. */
    function bringBack(input: PageInput, items: readonly HeldItem[]): void {
      const ofPage = new Set(input.answers.map(({ windowId }) => windowId));
      const others = get().items.filter(({ item }) => !ofPage.has(item.windowId));
      grid.getState().restore(exceptionsOf(input));
      set(inHand(get(), [...items, ...others], now()));
    }

    /** The windows of a page that the server has taken back: they have new leases, unless others have them now. */
    function leasedAgain(input: PageInput, items: readonly LabelItem[]): void {
      const byWindow = new Map(items.map((item) => [item.windowId, item]));
      const ofPage = new Set(input.answers.map(({ windowId }) => windowId));
      const answered = waitingAnswers(waiting());
      const known = get().items.some(({ item }) => ofPage.has(item.windowId));
      const waited = get().bringingBack === input.id;
      if (waited) set({ bringingBack: null });
      if (known && !waited) {
        const still = get().items.flatMap((held) => {
          if (!ofPage.has(held.item.windowId)) return [held];
          const again = byWindow.get(held.item.windowId);
          if (!again) return [];
          const { leaseId, leaseExpiresAt } = again;
          return [{ ...held, item: { ...held.item, leaseId, leaseExpiresAt } }];
        });
        set(inHand(get(), still, now()));
      } else if (waited || input.class === get().suggested) {
        const inOrder = input.answers.flatMap(({ windowId }) => {
          const item = byWindow.get(windowId);
          return item && !answered.has(windowId) ? [openItem(item)] : [];
        });
        if (inOrder.length > 0) bringBack(input, inOrder);
      } else {
        // The person has gone on with another class.
        get().behind(orNull(backend.release(items.map(({ leaseId }) => leaseId))));
      }
      const gone = input.answers.length - items.length;
      if (gone > 0) {
        set({
          notice: `The page is taken back; ${gone === 1 ? 'one of its windows has' : `${gone} of its windows have`} gone to someone else meanwhile.`,
        });
      }
    }

    function pageDelivered({ catchRate, returned }: PageReceipt): void {
      set({ catchRate, wentBack: get().wentBack + returned.length });
      if (returned.length === 0) return;
      setSubmitted(get().submitted.filter(({ input }) => !returned.includes(input.id)));
      get().behind(get().refreshProgress());
    }

    function pageRefused({ input }: EntryOf<'page'>): void {
      const { submitted, progress } = get();
      setSubmitted(submitted.filter((page) => page.input.id !== input.id));
      set({
        notice: 'The server did not take a page; see “refused” above.',
        progress: progress && withPage(progress, input, -1),
      });
    }

    function retractionRefused(entry: EntryOf<'pageRetraction'>): void {
      const ofPage = windowsOf(entry);
      grid.getState().forget(ofPage);
      set({
        ...inHand(
          get(),
          get().items.filter(({ item }) => !ofPage.includes(item.windowId)),
          now(),
        ),
        bringingBack: null,
        notice: 'The server did not take the undo; see “refused” above.',
      });
      get().behind(get().refill());
    }

    return {
      submitted: memory.read().map((page) => ({ ...page, items: null })),
      bringingBack: null,
      catchRate: null,
      wentBack: 0,

      async submit(answers) {
        if (busy || answers.length === 0) return;
        const input = inputOf(answers);
        const items = answers.map(({ held }) => held);
        const leaseIds = items.map(({ item }) => item.leaseId);
        await keep({ kind: 'page', author, queueId, leaseIds, input }, () => {
          const { progress, submitted } = get();
          const given = new Set(items.map(({ item }) => item.windowId));
          const size = grid.getState().size.windows;
          set({
            ...inHand(
              get(),
              get().items.filter(({ item }) => !given.has(item.windowId)),
              now(),
            ),
            notice: null,
            progress: progress && withPage(progress, input, 1),
          });
          grid.getState().forget([...given]);
          setSubmitted([{ input, size, items }, ...submitted]);
        });
        get().behind(get().refill());
      },

      async undo() {
        const [last, ...rest] = get().submitted;
        if (busy || get().bringingBack !== null) return;
        if (!last) {
          set({
            notice: 'No page of this session is left to undo. Earlier answers are taken back one by one (V).',
          });
          return;
        }
        const { input, items, size } = last;
        const answeredAt = new Date(now()).toISOString();
        await keep(
          { kind: 'pageRetraction', author, queueId, leaseIds: [], retracts: input, answeredAt },
          () => {
            const { progress } = get();
            setSubmitted(rest);
            set({ notice: null, progress: progress && withPage(progress, input, -1) });
            grid.getState().setSize(gridSizeOf(size));
            get().turnTo(input.class);
            if (items) bringBack(input, items);
            else set({ bringingBack: input.id });
          },
        );
        get().behind(get().refill());
      },

      acknowledge: () => set({ wentBack: 0 }),

      delivered(entry) {
        if (entry.queueId !== queueId) return;
        if (entry.kind === 'page') pageDelivered(entry.receipt);
        if (entry.kind === 'pageRetraction') leasedAgain(entry.retracts, entry.receipt.items);
      },

      refused(entries) {
        for (const entry of entries) {
          if (entry.queueId !== queueId || told.has(entry.seq)) continue;
          told.add(entry.seq);
          if (entry.kind === 'page') pageRefused(entry);
          if (entry.kind === 'pageRetraction') retractionRefused(entry);
        }
      },
    };
  };
}
