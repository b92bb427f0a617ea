import { PAGE_SIZES, type PageInput, type PageSize, pageInputSchema } from '@/lib/contract/grid.ts';
import { z } from '@/lib/contract/zod.ts';
import { readKept, writeKept } from '../kept-json.ts';

/** A page as it was submitted. */
export interface KeptPage {
  readonly input: PageInput;
  /** Of the grid on which it was shown. */
  readonly size: PageSize;
}

/** The pages that a person submitted in this session and that undo may take back, newest first; it outlives a reload. */
export interface PageMemory {
  read(): readonly KeptPage[];
  write(pages: readonly KeptPage[]): void;
}

/** An afternoon's work; a page takes about 10 kB. */
const KEPT_PAGES = 60;

const keptSchema = z.array(z.object({ input: pageInputSchema, size: z.literal(PAGE_SIZES) }));

/** @param storage of the tab; null where the browser forbids it: then undo ends at a reload */
export function createPageMemory(storage: Storage | null, author: string, queueId: number): PageMemory {
  const name = `halyard-pages:${author}:${queueId}`;
  return {
    read: () => readKept(storage, name, keptSchema) ?? [],
    write(pages) {
      // Whoever calls may have more with a page, such as its charts. Without room the pages themselves are safe all the
      // same, in the outbox or with the server.
      const kept = pages.slice(0, KEPT_PAGES).map(({ input, size }): KeptPage => ({ input, size }));
      writeKept(storage, name, kept, 'pages for undo');
    },
  };
}
