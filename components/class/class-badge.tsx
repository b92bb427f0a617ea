import type { CSSProperties } from 'react';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './class-badge.module.css';
import { ClassIcon } from './class-icon.tsx';

interface ClassBadgeProps {
  id: ClassId;
  /** `letter`: F. `name`: Flag. `full`: icon and name, for headings. */
  show?: 'letter' | 'name' | 'full';
  className?: string;
}

/** A class as it looks everywhere: its colour, never without its letter, name or icon. */
export function ClassBadge({ id, show = 'letter', className }: ClassBadgeProps) {
  const { letter, name } = CLASS_FACTS[id];
  return (
    <span
      className={[classes.badge, className].filter(Boolean).join(' ')}
      data-show={show}
      style={{ '--class': `var(--hy-class-${id})` } as CSSProperties}
      title={show === 'letter' ? name : undefined}
    >
      {show === 'full' ? <ClassIcon id={id} size={16} /> : null}
      {show === 'letter' ? (
        <>
          <span aria-hidden="true">{letter}</span>
          <span className={classes.spoken}>{name}</span>
        </>
      ) : (
        name
      )}
    </span>
  );
}
