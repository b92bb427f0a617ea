import { formatBarTime } from '@/components/chart/price-format.ts';
import { SimilarDialog } from '@/components/review/queues/similar-dialog.tsx';
import type { HeldItem } from '@/lib/client/label/held-item.ts';

/** Looks for windows like one in hand. */
export function AlikeDialog({ held, onClose }: { held: HeldItem; onClose: () => void }) {
  const { windowId, series, ts } = held.item;
  return (
    <SimilarDialog
      windowId={windowId}
      title={`${series.symbol} ${series.timeframe} ${formatBarTime(ts)}`}
      onClose={onClose}
    />
  );
}
