import { useEffect } from 'react';
import { create } from 'zustand';

/** Something that the page in view can do, offered in the command palette. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

export const usePageCommands = create<{ readonly commands: readonly Command[] }>(() => ({ commands: [] }));

/** Offers a command while the component is there. */
export function useCommand(id: string, label: string, run: () => void): void {
  useEffect(() => {
    const command = { id, label, run };
    usePageCommands.setState(({ commands }) => ({ commands: [...commands, command] }));
    return () =>
      usePageCommands.setState(({ commands }) => ({ commands: commands.filter((one) => one !== command) }));
  }, [id, label, run]);
}
