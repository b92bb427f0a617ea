'use client';

import { Menu, UnstyledButton } from '@mantine/core';
import { IconLogout, IconUser } from '@tabler/icons-react';
import type { Role } from '@/lib/contract/roles.ts';
import classes from './shell.module.css';
import { useSignOut } from './sign-out.tsx';

/** Who is signed in, and the way out. Answers still waiting stay in this browser under their author's name. */
export function PersonMenu({ person }: { person: { id: string; name: string; role: Role } }) {
  const { signOut, dialog } = useSignOut(person.id);
  return (
    <>
      <Menu position="right-end" withinPortal>
        <Menu.Target>
          <UnstyledButton className={classes.railItem} aria-label={`${person.name}, ${person.role}`}>
            <IconUser size={20} stroke={1.6} />
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {person.name} · {person.role}
          </Menu.Label>
          <Menu.Item leftSection={<IconLogout size={14} />} onClick={signOut}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {dialog}
    </>
  );
}
