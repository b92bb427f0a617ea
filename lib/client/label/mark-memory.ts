import { classIdSchema } from '@/lib/contract/common.ts';
import { z } from '@/lib/contract/zod.ts';
import { readKept, writeKept } from '../kept-json.ts';

const markSchema = z.object({ answerId: z.uuid(), windowId: z.uuid(), label: classIdSchema });

/** A window marked as gold by its answer, which the server does not have yet. */
export type WaitingMark = z.infer<typeof markSchema>;

/** One person's marks that wait for their answers: like those they outlive the tab. */
export interface MarkMemory {
  read(): readonly WaitingMark[];
  add(mark: WaitingMark): void;
  remove(answerId: string): void;
}

/** @param storage of the browser; null where it forbids it: then a mark is lost with the tab */
export function createMarkMemory(storage: Storage | null, author: string): MarkMemory {
  const name = `halyard-gold-marks:${author}`;
  const read = () => readKept(storage, name, z.array(markSchema)) ?? [];
  // Another tab may have kept or sent one meanwhile: each change starts from what is there.
  const change = (answerId: string, ...more: WaitingMark[]) => {
    const before = read();
    const rest = before.filter((mark) => mark.answerId !== answerId);
    if (rest.length < before.length || more.length > 0)
      writeKept(storage, name, [...rest, ...more], 'gold marks');
  };
  return {
    read,
    add: (mark) => change(mark.answerId, mark),
    remove: (answerId) => change(answerId),
  };
}
