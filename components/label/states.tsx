import { Button } from '@mantine/core';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { KeyHint } from '@/components/class/key-hint.tsx';
import classes from './states.module.css';

type Act =
  | { readonly words: string; readonly href: string }
  | {
      readonly words: string;
      readonly run: () => void;
      readonly busy?: boolean;
      /** The key that does the same; the page listens for it. */
      readonly keys?: string;
    };

interface MessageProps {
  title: string;
  act?: Act;
  children: ReactNode;
  /** Other ways on. */
  after?: ReactNode;
}

/** Empty, failed, offline: what is the matter and the one thing that helps. */
export function Message({ title, act, children, after }: MessageProps) {
  return (
    <div className={classes.message} role="status">
      <h2>{title}</h2>
      <p>{children}</p>
      {act && 'href' in act ? (
        <Button component={Link} href={act.href}>
          {act.words}
        </Button>
      ) : null}
      {act && 'run' in act ? (
        <Button
          onClick={act.run}
          loading={act.busy}
          rightSection={act.keys === undefined ? undefined : <KeyHint keys={act.keys} />}
        >
          {act.words}
        </Button>
      ) : null}
      {after}
    </div>
  );
}

/** The page's outline, of the same sizes; it appears only when loading takes longer than a blink. */
export function LabelSkeleton() {
  return (
    <div className={classes.skeleton} role="status" aria-label="Loading windows">
      <div className={classes.block} data-area="header" />
      <div className={classes.block} data-area="chart" />
      <div className={classes.block} data-area="panel" />
      <div className={classes.block} data-area="strip" />
    </div>
  );
}
