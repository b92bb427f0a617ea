import { v7 as uuidV7 } from 'uuid';
import type { Holder } from '../holder.ts';

/** A page of a browser whose pages are told by a set; `die` is what a killed tab does: nothing of its own. */
export function holderAmong(present: Set<string>): Holder & { die(): void } {
  let id = uuidV7();
  const die = () => void present.delete(id);
  return {
    get id() {
      return id;
    },
    async arrive() {
      id = uuidV7();
      present.add(id);
    },
    leave: async () => die(),
    present: async () => new Set(present),
    die,
  };
}
