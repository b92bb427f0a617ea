import { Button } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '@/components/figure/notice.tsx';
import { type Undoable, UndoBar } from '@/components/figure/undo-bar.tsx';
import type { Alias, Version } from '@/lib/contract/models.ts';
import { useArchive, useWithdraw } from './use-aliases.ts';

type Withdrawable = Exclude<Alias, 'champion'>;
const isWithdrawable = (alias: Alias): alias is Withdrawable => alias !== 'champion';

/** Withdrawing what a version is besides champion, and putting it out of the way or bringing it back. */
export function VersionActs({ version }: { version: Version }) {
  const archive = useArchive();
  const withdraw = useWithdraw();
  const [done, setDone] = useState<Undoable | null>(null);
  const { name, aliases, archivedAt } = version;

  function putAway(): void {
    const undo = () => archive.mutate({ name, archived: false });
    archive.mutate(
      { name, archived: true },
      { onSuccess: () => setDone({ words: `${name} is archived; its predictions are gone.`, undo }) },
    );
  }

  return (
    <>
      <Problem error={archive.error ?? withdraw.error} />
      {aliases.filter(isWithdrawable).map((alias) => (
        <Button
          key={alias}
          variant="default"
          loading={withdraw.isPending}
          onClick={() => withdraw.mutate(alias)}
        >
          Withdraw {alias}
        </Button>
      ))}
      {archivedAt ? (
        <Button loading={archive.isPending} onClick={() => archive.mutate({ name, archived: false })}>
          Restore
        </Button>
      ) : aliases.length === 0 ? (
        <Button variant="default" loading={archive.isPending} onClick={putAway}>
          Archive
        </Button>
      ) : null}
      <UndoBar done={done} onGone={() => setDone(null)} />
    </>
  );
}
