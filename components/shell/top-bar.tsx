'use client';

import { createContext, type ReactNode, useContext, useState } from 'react';
import { createPortal } from 'react-dom';
import classes from './shell.module.css';

interface Slot {
  node: HTMLElement | null;
  setNode: (node: HTMLElement | null) => void;
}

const SlotContext = createContext<Slot>({ node: null, setNode: () => undefined });

export function TopBarProvider({ children }: { children: ReactNode }) {
  const [node, setNode] = useState<HTMLElement | null>(null);
  return <SlotContext value={{ node, setNode }}>{children}</SlotContext>;
}

/** Where the bar shows what the page puts into it. */
export function TopBarOutlet() {
  return <div className={classes.context} ref={useContext(SlotContext).setNode} />;
}

/** A page's own context in the top bar: its queue, its model version. */
export function TopBar({ children }: { children: ReactNode }) {
  const { node } = useContext(SlotContext);
  return node ? createPortal(children, node) : null;
}
