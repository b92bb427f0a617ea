import { keepFocus } from '@/components/class/class-buttons.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { GRID_SIZES, type GridSize, type PageSummary } from '@/lib/client/label/grid-store.ts';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './grid.module.css';

interface GridFooterProps {
  suggested: ClassId;
  summary: PageSummary;
  size: GridSize;
  onSize: (size: GridSize) => void;
  onSubmit: () => void;
}

/** What Enter will say, the other keys, and the size of a page. */
export function GridFooter({ suggested, summary, size, onSize, onSubmit }: GridFooterProps) {
  const { confirmed, exceptions } = summary;
  return (
    <footer className={classes.footer}>
      <button type="button" className={classes.submit} onMouseDown={keepFocus} onClick={onSubmit}>
        <output className={classes.summary}>
          <b>{confirmed}</b> {CLASS_FACTS[suggested].name.toLowerCase()} · <b>{exceptions}</b>{' '}
          {exceptions === 1 ? 'exception' : 'exceptions'}
        </output>
        <KeyHint keys="Enter" />
      </button>
      <span className={classes.hints}>
        <KeyHint keys="1–5" does="exception" />
        <KeyHint keys="S" does="skip" />
        <KeyHint keys="⌫" does="clear" />
      </span>
      <fieldset className={classes.sizes}>
        <legend>Windows a page</legend>
        {GRID_SIZES.map((one) => (
          <button
            key={one.rows}
            type="button"
            aria-pressed={one === size}
            title={`${one.windows} windows a page (+ and -)`}
            onMouseDown={keepFocus}
            onClick={() => onSize(one)}
          >
            {one.rows}×{one.columns}
          </button>
        ))}
      </fieldset>
    </footer>
  );
}
