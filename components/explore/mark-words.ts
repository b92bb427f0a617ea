import { formatBarTime } from '@/components/chart/price-format.ts';
import type { Mark } from '@/lib/client/explore/mark.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';

/** A mark in a few words: `Flag ↑ · pole 5.2 ATR · 2025-03-14 07:00`. */
export function markWords(mark: Mark): string {
  return [...saidWords(mark), formatBarTime(mark.ts)].join(' · ');
}

/** What a mark says, without when. */
export function saidWords(mark: Mark): string[] {
  const name = CLASS_FACTS[mark.class].name;
  switch (mark.source) {
    case 'rules': {
      const arrow = mark.direction === 0 ? '' : mark.direction > 0 ? ' ↑' : ' ↓';
      return [`${name}${arrow}`, ...poleWords(mark.poleKatr)];
    }
    case 'people':
      return [
        name,
        mark.mine ? 'you' : (mark.author ?? 'someone'),
        ...(mark.sawFuture ? ['saw what came next'] : []),
      ];
    case 'model':
      return [
        `${name} ${mark.quality.toFixed(2)}`,
        ...(mark.class === 'flag' ? poleWords(mark.poleKatr) : []),
        ...(mark.scanned ? [] : ['stored window']),
      ];
  }
}

function poleWords(poleKatr: number | null): string[] {
  return poleKatr === null ? [] : [`pole ${poleKatr.toFixed(1)} ATR`];
}
