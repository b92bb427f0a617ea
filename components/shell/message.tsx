import Link from 'next/link';
import type { ReactNode } from 'react';
import classes from './message.module.css';

interface MessageProps {
  title: string;
  text: ReactNode;
  link?: { href: string; text: string };
  children?: ReactNode;
}

/** A page that has nothing else to show: what is so, and the one thing to do about it. */
export function Message({ title, text, link, children }: MessageProps) {
  return (
    <main className={classes.message}>
      <h1>{title}</h1>
      <p>{text}</p>
      {link ? <Link href={link.href}>{link.text}</Link> : null}
      {children}
    </main>
  );
}
