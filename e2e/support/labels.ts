import { v7 as uuidV7 } from 'uuid';
import { type Account, callAs, type House } from './test.ts';

/** Answers windows of a symbol, spread over all its time, as the rules have them, in a person's name. */
export async function labelSome(house: House, person: Account, symbol: string, count: number): Promise<void> {
  const windows = await house.installation.query<{ windowId: string; label: string }>(
    `SELECT "windowId", label FROM (
       SELECT w.id AS "windowId", w.ts, CASE WHEN l.kind = 'event' THEN l."weakClass" ELSE 'none' END AS label,
              row_number() OVER (PARTITION BY CASE WHEN l.kind = 'event' THEN l."weakClass" ELSE 'none' END ORDER BY md5(w.id::text)) AS place
         FROM "Window" w JOIN "Series" s ON s.id = w."seriesId" JOIN "WeakLabel" l ON l."windowId" = w.id
        WHERE s.symbol = $1 AND l.kind <> 'undecided') each
      WHERE place <= $2 ORDER BY ts`,
    [symbol, Math.ceil(count / 5)],
  );
  const session = await house.sessionOf(person);
  for (const { windowId, label } of windows)
    await callAs(house.origin, session, 'POST', '/annotations', {
      ...{ kind: 'label', id: uuidV7(), windowId, itemId: null, label, elapsedMs: 900 },
      answeredAt: new Date().toISOString(),
    });
}
