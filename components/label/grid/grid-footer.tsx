import { keepFocus } from '@/components/class/keep-focus.ts';
import { KeyButton } from '@/components/class/key-button.tsx';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import { GRID_SIZES, type GridSize, type PageSummary } from '@/lib/client/label/grid-store.ts';
import { CLASS_FACTS, type ClassId } from '@/lib/contract/classes.ts';
import classes from './grid.module.css';

interface GridFooterProps {
  suggested: ClassId;
  summary: PageSummary;
  size: GridSize;
  onSize: (size: GridSize) => void;
  onSubmit: () => void;
  /** Looks for windows like the focused one; null for those who may not. */
  onAlike: (() => void) | null;
}

/** What Enter will say, the other keys, and the size of a page. */
export function GridFooter({ suggested, summary, size, onSize, onSubmit, onAlike }: GridFooterProps) {
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
        {onAlike ? (
          <KeyButton keys="A" does="alike" title="Look for windows like the focused one" onPress={onAlike} />
        ) : null}
      </span>
      <fieldset className={classes.sizes}>
        <legend>Windows a page</legend>
        {GRID_SIZES.map((one) => (
          <ToolButton
            key={one.rows}
            title={`${one.windows} windows a page (+ and -)`}
            pressed={one === size}
            onPress={() => onSize(one)}
          >
            {one.rows}×{one.columns}
          </ToolButton>
        ))}
      </fieldset>
    </footer>
  );
}
