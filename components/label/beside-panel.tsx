import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { keepFocus } from '@/components/class/keep-focus.ts';
import classes from './beside-panel.module.css';

interface BesidePanelProps {
  title: string;
  /** Of what scrolls, for those who do not see it. */
  contents: string;
  closes: string;
  onClose: () => void;
  /** Chooses what is shown; at the right of the title. */
  choice: ReactNode;
  /** Between head and contents. */
  tabs?: ReactNode;
  children: ReactNode;
}

/** Stands beside the chart and stays while one labels. */
export function BesidePanel({ title, contents, closes, onClose, choice, tabs, children }: BesidePanelProps) {
  return (
    <aside className={classes.panel} aria-label={title}>
      <header className={classes.head}>
        <h2>{title}</h2>
        <div className={classes.choice}>{choice}</div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={closes}
          onMouseDown={keepFocus}
          onClick={onClose}
        >
          <IconX size={16} />
        </ActionIcon>
      </header>
      {tabs}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it */}
      <section className={classes.body} aria-label={contents} tabIndex={0}>
        {children}
      </section>
    </aside>
  );
}
