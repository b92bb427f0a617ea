import type { House } from './test.ts';

/** So many windows of the default queue, from its end, are in some test's own queue. */
let taken = 200;

/** A queue of its own for a test, with some windows of the rules' `suggested` class in it that no other test has. */
export async function makeQueue(
  house: House,
  settings: Record<string, unknown>,
  { suggested = 'none', windows = 40, blind = false } = {},
): Promise<number> {
  const { id } = await house.asAdmin<{ id: number }>('POST', '/queues', { ...settings, filter: null });
  // Every second one is blind where any is.
  await house.installation.query(
    `insert into "QueueItem" ("queueId", position, "windowId", "seriesId", ts, "clearFrom", "suggestedClass", blind)
     select $1, row_number() over (), "windowId", "seriesId", ts, "clearFrom", "suggestedClass",
            $4 and row_number() over () % 2 = 0
       from (select * from "QueueItem" where "queueId" = 1 and "suggestedClass" = $2 order by position desc
             offset $5 limit $3) few`,
    [id, suggested, windows, blind, taken],
  );
  taken += windows;
  return id;
}
