'use client';

import { Tooltip } from '@mantine/core';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import type { ReactNode } from 'react';
import { speakFor, useStanding } from '@/lib/client/standing.ts';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import { CommandKey } from './command-key.tsx';
import { JobsButton } from './jobs-button.tsx';
import { OutboxBadge } from './outbox-badge.tsx';
import { PAGES } from './pages.ts';
import { PersonMenu } from './person-menu.tsx';
import classes from './shell.module.css';
import { useLeaving } from './sign-out.tsx';
import { SomeoneElse } from './someone-else.tsx';
import { ThemeButton } from './theme-button.tsx';
import { TopBarOutlet, TopBarProvider } from './top-bar.tsx';
import { useBrowserOf } from './use-browser-of.ts';

interface ShellProps {
  person: { id: string; name: string; role: Role };
  children: ReactNode;
}

/** Rail, top bar and the page between them. */
export function Shell({ person, children }: ShellProps) {
  // Before anything below asks the server for something.
  if (typeof document !== 'undefined') speakFor(person.id);
  useBrowserOf(person);
  const standing = useStanding();
  const { leaving } = useLeaving();
  const path = usePathname();
  const pages = PAGES.filter((page) => holdsRole(person.role, page.role));
  const here = pages.find((page) => path.startsWith(page.href));
  return (
    <TopBarProvider>
      <div className={classes.shell}>
        <nav className={classes.rail} aria-label="Pages">
          {pages.map(({ href, name, icon: Icon }) => (
            <Tooltip key={href} label={name} position="right">
              <Link
                href={href}
                className={classes.railItem}
                aria-label={name}
                aria-current={here?.href === href ? 'page' : undefined}
              >
                <Icon size={20} stroke={1.6} />
              </Link>
            </Tooltip>
          ))}
          <div className={classes.railEnd}>
            {holdsRole(person.role, 'admin') ? <JobsButton /> : null}
            <ThemeButton />
            <PersonMenu person={person} />
          </div>
        </nav>
        <header className={classes.bar}>
          <h1 className={classes.title}>{here?.name ?? 'Halyard'}</h1>
          <TopBarOutlet />
          <OutboxBadge person={person} />
          <CommandKey person={person} />
        </header>
        <main className={classes.page}>
          {standing.session === 'someone-else' ? (
            <SomeoneElse name={person.name} words={standing.words} />
          ) : leaving ? null : (
            children
          )}
        </main>
      </div>
    </TopBarProvider>
  );
}
