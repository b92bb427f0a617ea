import { useEffect } from 'react';
import { forgetPageOfOthers } from '@/lib/client/kept-page.ts';
import { reserveDatabase } from '@/lib/client/reserve/database.ts';
import { enterBrowser } from '@/lib/client/reserve/people.ts';

/** This browser is used by `person` now: their name is noted for who comes after, the windows of others are forgotten. */
export function useBrowserOf({ id, name }: { id: string; name: string }): void {
  useEffect(() => {
    Promise.all([
      reserveDatabase().then((db) => enterBrowser(db, { id, name })),
      forgetPageOfOthers(id),
    ]).catch((error: unknown) => console.error('reserve:', error));
  }, [id, name]);
}
