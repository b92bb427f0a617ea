'use client';

import { Tooltip, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import dynamic from 'next/dynamic';
import { useState } from 'react';
import type { Role } from '@/lib/contract/roles.ts';
import classes from './shell.module.css';

const CommandPalette = dynamic(() => import('./command-palette.tsx'), { ssr: false });

/** ⌘K or Ctrl K. The palette's code is fetched at its first use, so that labelling does not wait for it. */
export function CommandKey({ person }: { person: { id: string; role: Role } }) {
  const [wanted, setWanted] = useState(false);
  const open = async () => {
    setWanted(true);
    const { spotlight } = await import('@mantine/spotlight');
    spotlight.open();
  };
  useHotkeys([['mod+K', () => void open()]], []);
  return (
    <>
      <Tooltip label="Commands">
        <UnstyledButton className={classes.commandKey} onClick={open} aria-label="Commands">
          <kbd>⌘K</kbd>
        </UnstyledButton>
      </Tooltip>
      {wanted ? <CommandPalette person={person} /> : null}
    </>
  );
}
