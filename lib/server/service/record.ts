import { type Actor, requireRole } from '../auth/actor.ts';
import { type RecordFilter, type RecordRow, readRecordPage } from '../repo/record.ts';

const PAGE = 5_000;

/**
 * What the team stands by, one row a window in the order of window ids, read a page at a time so that memory stays
 * constant. Answers that arrive meanwhile may or may not be among them.
 */
export async function* labelsOfRecord(actor: Actor, filter: RecordFilter = {}): AsyncGenerator<RecordRow> {
  requireRole(actor, 'analyst');
  let after: string | null = null;
  for (;;) {
    const page: RecordRow[] = await readRecordPage(filter, after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page[page.length - 1].windowId;
  }
}
