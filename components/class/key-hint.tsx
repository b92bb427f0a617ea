import classes from './key-hint.module.css';

/** A key as it is printed on the keyboard, with what it does when that is not said beside it. */
export function KeyHint({ keys, does }: { keys: string; does?: string }) {
  return (
    <span className={classes.hint}>
      <kbd className={classes.key}>{keys}</kbd>
      {does ? <span>{does}</span> : null}
    </span>
  );
}
