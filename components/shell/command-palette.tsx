'use client';

import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconContrast2, IconLogout } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { signOut } from '@/lib/client/session.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { PAGES } from './pages.ts';

/** Everything the shell can do, by typing. Loaded when first asked for. */
export default function CommandPalette({ role }: { role: Role }) {
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const pages: SpotlightActionData[] = PAGES.filter((page) => holdsRole(role, page.role)).map(
    ({ href, name, icon: Icon }) => ({
      id: href,
      label: `Go to ${name}`,
      leftSection: <Icon size={18} stroke={1.6} />,
      onClick: () => router.push(href),
    }),
  );
  const themes: SpotlightActionData[] = (['auto', 'light', 'dark'] as const).map((scheme) => ({
    id: scheme,
    label: `Theme: ${scheme === 'auto' ? 'system' : scheme}`,
    leftSection: <IconContrast2 size={18} stroke={1.6} />,
    onClick: () => setColorScheme(scheme),
  }));
  const leave: SpotlightActionData = {
    id: 'sign-out',
    label: 'Sign out',
    leftSection: <IconLogout size={18} stroke={1.6} />,
    onClick: async () => {
      await signOut();
      window.location.assign('/sign-in');
    },
  };
  return (
    <Spotlight
      actions={[...pages, ...themes, leave]}
      shortcut={null}
      nothingFound="Nothing goes by that name"
      searchProps={{ placeholder: 'Go to a page, change the theme…', 'aria-label': 'Command' }}
    />
  );
}
