import Link from 'next/link';
import type { CSSProperties } from 'react';
import classes from './compare-page.module.css';

/** A compared run's letter, which stands at its lines' ends too, and its colour, by its place. */
export const runLetter = (at: number): string => String.fromCharCode(65 + at);
export const runColour = (at: number): string => `var(--hy-run-${at + 1})`;

/** `A run 12`, in the run's colour. */
export function ComparedRunName({ id, at }: { id: number; at: number }) {
  return (
    <span className={classes.runName} style={{ '--run': runColour(at) } as CSSProperties}>
      <b aria-hidden="true">{runLetter(at)}</b>
      <Link href={`/train/${id}`}>run {id}</Link>
    </span>
  );
}
