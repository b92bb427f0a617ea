import { keepFocus } from './keep-focus.ts';
import classes from './key-button.module.css';
import { KeyHint } from './key-hint.tsx';

interface KeyButtonProps {
  keys: string;
  does: string;
  title?: string;
  onPress: () => void;
}

/** A key hint that can be pressed too. Focus stays where the keys are heard. */
export function KeyButton({ keys, does, title, onPress }: KeyButtonProps) {
  return (
    <button type="button" className={classes.button} title={title} onMouseDown={keepFocus} onClick={onPress}>
      <KeyHint keys={keys} does={does} />
    </button>
  );
}
