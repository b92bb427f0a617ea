'use client';

import { Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useMounted } from '@mantine/hooks';
import { IconContrast2, IconMoon, IconSun } from '@tabler/icons-react';
import classes from './shell.module.css';

const NEXT = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const ICONS = { auto: IconContrast2, light: IconSun, dark: IconMoon };

/** System, light, dark, in turn. */
export function ThemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  // The server cannot know the choice kept in the browser.
  const scheme = useMounted() ? colorScheme : 'auto';
  const Icon = ICONS[scheme];
  const label = `Theme: ${scheme === 'auto' ? 'system' : scheme}`;
  return (
    <Tooltip label={label} position="right">
      <UnstyledButton
        className={classes.railItem}
        aria-label={label}
        onClick={() => setColorScheme(NEXT[scheme])}
      >
        <Icon size={20} stroke={1.6} />
      </UnstyledButton>
    </Tooltip>
  );
}
