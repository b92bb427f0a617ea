'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import classes from './review.module.css';
import { SECTIONS } from './sections.ts';

/** The parts of Review; each is an address of its own. */
export function ReviewTabs() {
  const path = usePathname();
  return (
    <nav className={classes.tabs} aria-label="Review">
      {SECTIONS.map(({ href, name }) => (
        <Link key={href} href={href} aria-current={path.startsWith(href) ? 'page' : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}
