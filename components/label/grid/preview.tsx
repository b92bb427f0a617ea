import { LabelChart } from '@/components/chart/label-chart.tsx';
import { NO_SHADES } from '@/components/chart/patch-shades.ts';
import { ClassButtons } from '@/components/class/class-buttons.tsx';
import type { Exception } from '@/lib/client/label/grid-store.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import type { ClassId } from '@/lib/contract/classes.ts';
import { chartViewOf } from '../chart-view.ts';
import { Suggestion } from '../suggestion.tsx';
import classes from './grid.module.css';

interface PreviewProps {
  held: HeldItem;
  suggested: ClassId;
  exception: Exception | null;
  onMark: (exception: Exception) => void;
}

/** The focused window in full: its chart, why it is suggested, and what else it may be. */
export function Preview({ held, suggested, exception, onMark }: PreviewProps) {
  const view = chartViewOf(held);
  const answer = exception === 'skip' ? null : (exception ?? suggested);
  return (
    <aside className={classes.preview} aria-label="Focused window">
      <div className={classes.title}>
        <h2>{view.title}</h2>
        <span className={classes.dim}>{view.time}</span>
      </div>
      <LabelChart
        data={view.data}
        marks={view.marks}
        shades={NO_SHADES}
        logarithmic={false}
        description={view.description}
      />
      <div className={classes.reasons}>
        <Suggestion held={held} />
      </div>
      <div className={classes.answers}>
        <ClassButtons marked={answer} onPick={onMark} />
      </div>
    </aside>
  );
}
