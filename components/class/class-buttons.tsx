import type { CSSProperties } from 'react';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './class-buttons.module.css';
import { ClassIcon } from './class-icon.tsx';
import { keepFocus } from './keep-focus.ts';

interface ClassButtonsProps {
  /** Outlined: what is suggested, or chosen so far; null for none. */
  marked: ClassId | null;
  /** One line, for bars. */
  compact?: boolean;
  onPick: (id: ClassId) => void;
}

/** The five classes to choose from, with their keys; the page itself listens for the keys. */
export function ClassButtons({ marked, compact = false, onPick }: ClassButtonsProps) {
  return (
    <div className={classes.buttons} data-compact={compact || undefined}>
      {CLASS_IDS.map((id) => (
        <button
          key={id}
          type="button"
          className={classes.button}
          title={CLASS_FACTS[id].name}
          aria-label={`${CLASS_FACTS[id].name}, key ${CLASS_FACTS[id].key}`}
          data-marked={marked === id || undefined}
          style={{ '--class': `var(--hy-class-${id})` } as CSSProperties}
          onMouseDown={keepFocus}
          onClick={() => onPick(id)}
        >
          <span className={classes.letter}>
            <ClassIcon id={id} size={16} />
            {CLASS_FACTS[id].letter}
          </span>
          <kbd>{CLASS_FACTS[id].key}</kbd>
        </button>
      ))}
    </div>
  );
}
