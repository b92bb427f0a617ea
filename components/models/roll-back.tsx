import { Button } from '@mantine/core';
import { useState } from 'react';
import { Problem } from '@/components/figure/notice.tsx';
import { type Undoable, UndoBar } from '@/components/figure/undo-bar.tsx';
import { useRollBack } from './use-aliases.ts';

/** Brings the former champion back at once, with ten seconds to think again. @param to null where there is none */
export function RollBack({ to }: { to: string | null }) {
  const rollBack = useRollBack();
  const [done, setDone] = useState<Undoable | null>(null);

  async function goBack() {
    const { version, from } = await rollBack.mutateAsync({});
    const undo = () => rollBack.mutate({ to: from, reason: 'rollback undone' });
    setDone({ words: `${version} is champion again, ${from} was.`, undo });
  }

  return (
    <>
      {to ? (
        <Button
          variant="default"
          loading={rollBack.isPending}
          // What failed is shown below.
          onClick={() => void goBack().catch(() => undefined)}
        >
          Roll back to {to}
        </Button>
      ) : null}
      <Problem error={rollBack.error} />
      <UndoBar done={done} onGone={() => setDone(null)} />
    </>
  );
}
