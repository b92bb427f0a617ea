'use client';

import '@mantine/spotlight/styles.css';
import { useMantineColorScheme } from '@mantine/core';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { IconBolt, IconContrast2, IconLogout } from '@tabler/icons-react';
import { useRouter } from 'next/navigation';
import { usePageCommands } from '@/lib/client/commands.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { PAGES } from './pages.ts';
import { useSignOut } from './sign-out.tsx';

/** Everything the shell can do, by typing. Loaded when first asked for. */
export default function CommandPalette({ person }: { person: { id: string; role: Role } }) {
  const router = useRouter();
  const { setColorScheme } = useMantineColorScheme();
  const { signOut, dialog } = useSignOut(person.id);
  const commands = usePageCommands((state) => state.commands);
  const pages: SpotlightActionData[] = PAGES.filter((page) => holdsRole(person.role, page.role)).map(
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
    onClick: signOut,
  };
  const here: SpotlightActionData[] = commands.map(({ id, label, run }) => ({
    id,
    label,
    leftSection: <IconBolt size={18} stroke={1.6} />,
    onClick: run,
  }));
  return (
    <>
      <Spotlight
        actions={[...here, ...pages, ...themes, leave]}
        shortcut={null}
        nothingFound="Nothing goes by that name"
        searchProps={{ placeholder: 'Go to a page, change the theme…', 'aria-label': 'Command' }}
      />
      {dialog}
    </>
  );
}
