import type { CSSProperties } from 'react';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { QueueProgress } from '@/lib/contract/label.ts';
import classes from './queue-header.module.css';

interface ClassProgressProps {
  /** Null while the server has not told. */
  progress: QueueProgress | null;
  /** Where one class at a time is worked on: which, and what chooses another. */
  choice?: { readonly chosen: ClassId; readonly onChoose: (id: ClassId) => void };
}

/** Labels toward the target, by class; where there is a choice each is the button that chooses it. */
export function ClassProgress({ progress, choice }: ClassProgressProps) {
  return (
    <ul className={classes.progress} aria-label="Labels toward the target, by class">
      {CLASS_IDS.map((id) => {
        const done = progress?.labelled[id] ?? 0;
        const target = progress?.targets[id] ?? 0;
        const figures = (
          <>
            <ClassBadge id={id} />
            <span className={classes.count}>
              {progress ? done : '–'}
              <span className={classes.target}>{target > 0 ? `/${target}` : ''}</span>
            </span>
          </>
        );
        return (
          <li
            key={id}
            title={`${CLASS_FACTS[id].name}: ${done} of ${target}`}
            data-class={id}
            style={{ '--class': `var(--hy-class-${id})` } as CSSProperties}
          >
            {choice ? (
              <button
                type="button"
                className={classes.choice}
                aria-pressed={choice.chosen === id}
                onMouseDown={keepFocus}
                onClick={() => choice.onChoose(id)}
              >
                {figures}
              </button>
            ) : (
              figures
            )}
            {target > 0 ? (
              <span className={classes.share}>
                <span
                  className={classes.reached}
                  data-some={done > 0 || undefined}
                  style={{ width: `${Math.min(1, done / target) * 100}%` }}
                />
              </span>
            ) : null}
          </li>
        );
      })}
    </ul>
  );
}
