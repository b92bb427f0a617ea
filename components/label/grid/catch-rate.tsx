import type { Share } from '@/lib/contract/gold.ts';
import classes from './grid-workbench.module.css';

/** What share of planted windows the person has noticed; nothing until they met one. */
export function CatchRate({ share }: { share: Share | null }) {
  if (share === null || share.low === null || share.high === null) return null;
  const { hits, trials } = share;
  const [low, high] = [share.low, share.high].map((bound) => Math.round(bound * 100));
  return (
    <span
      className={classes.catchRate}
      data-testid="catch-rate"
      title={`Among the windows you confirm stand a few that are surely of another class, about one in 40. You marked ${hits} of the ${trials} you met; of many, you would notice between ${low} and ${high} %. Pages go back to the queue where too few are noticed.`}
    >
      noticed {hits} of {trials} planted, {low}–{high} %
    </span>
  );
}
