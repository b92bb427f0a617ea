import { Button, Group, NumberInput, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { ManagedQueue } from '@/lib/contract/queue.ts';
import classes from './queues.module.css';
import { SearchInto, type Target, useStarted } from './search-into.tsx';

const MOST = 5_000;
const USUAL = 200;

interface MineDialogProps {
  queues: readonly ManagedQueue[];
  onClose: () => void;
  onStarted: (queueId: number) => void;
}

/** Which class lacks labels, how many windows to look for, and where they go. */
export function MineDialog({ queues, onClose, onStarted }: MineDialogProps) {
  const lacking = lackOf(queues);
  const worst = CLASS_IDS.reduce((most, id) => (lacking[id] > lacking[most] ? id : most));
  const [wanted, setWanted] = useState<ClassId>(worst);
  const [count, setCount] = useState<number | string>(suggestedCount(lacking[worst]));
  const [into, setInto] = useState<Target>({ name: `More ${CLASS_FACTS[worst].name.toLowerCase()}` });
  const mine = useMutation({
    mutationFn: () => call(api.mineDeficit, { body: { class: wanted, count: Number(count), into } }),
    onSuccess: useStarted(onStarted),
  });
  function choose(id: ClassId) {
    setWanted(id);
    setCount(suggestedCount(lacking[id]));
    if ('name' in into) setInto({ name: `More ${CLASS_FACTS[id].name.toLowerCase()}` });
  }
  return (
    <Dialog title="Mine a class" onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          mine.mutate();
        }}
      >
        <p className={classes.hint}>
          Ranks every unlabelled window by the model’s probability of the class, by likeness to its accepted
          labels and by how near its rule is to firing; the best go into a queue, before all else there.
        </p>
        <Select
          label="Class"
          data-autofocus
          allowDeselect={false}
          data={CLASS_IDS.map((id) => ({
            value: id,
            label:
              lacking[id] > 0
                ? `${CLASS_FACTS[id].name}, ${formatCount(lacking[id])} labels wanted`
                : CLASS_FACTS[id].name,
          }))}
          value={wanted}
          onChange={(id) => id && choose(id as ClassId)}
        />
        <NumberInput label="Windows to find" min={1} max={MOST} step={50} value={count} onChange={setCount} />
        <SearchInto queues={queues} into={into} onInto={setInto} result={mine} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={mine.isPending} disabled={!(Number(count) >= 1)}>
            Mine
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

/** Labels that open queues want and do not have, by class. */
function lackOf(queues: readonly ManagedQueue[]): Record<ClassId, number> {
  const open = queues.filter(({ archivedAt }) => archivedAt === null);
  const lack = (id: ClassId) =>
    open.reduce((sum, { targets, labelled }) => sum + Math.max(0, targets[id] - labelled[id]), 0);
  return Object.fromEntries(CLASS_IDS.map((id) => [id, lack(id)])) as Record<ClassId, number>;
}

const suggestedCount = (lack: number) => Math.min(MOST, lack > 0 ? lack : USUAL);
