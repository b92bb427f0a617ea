import { Button, Group } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Dialog } from '@/components/figure/dialog.tsx';
import { countOf } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Series } from '@/lib/contract/data.ts';
import classes from './data-page.module.css';
import { nameOf } from './series-filter.ts';

/** Names shown before the rest is only counted. */
const SHOWN = 8;

interface DeleteDialogProps {
  series: readonly Series[];
  onClose: () => void;
  onDeleted: (ids: readonly number[]) => void;
}

/** Asks before series go, since bars and windows cannot be brought back but by importing and scanning again. */
export function DeleteDialog({ series, onClose, onDeleted }: DeleteDialogProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: async () => {
      const gone: number[] = [];
      try {
        for (const { id } of series) {
          await call(api.deleteSeries, { params: { id } });
          gone.push(id);
        }
      } finally {
        // What went before a refusal is gone all the same.
        onDeleted(gone);
        await client.invalidateQueries({ queryKey: keys.series });
      }
    },
    onSuccess: onClose,
  });
  const bars = series.reduce((sum, one) => sum + one.bars, 0);
  return (
    <Dialog title={`Delete ${countOf(series.length, 'series', 'series')}?`} onClose={onClose}>
      <div className={classes.dialog}>
        <ul className={classes.names}>
          {series.slice(0, SHOWN).map((one) => (
            <li key={one.id}>{nameOf(one)}</li>
          ))}
          {series.length > SHOWN ? <li>and {series.length - SHOWN} more</li> : null}
        </ul>
        <p className={classes.hint}>
          {countOf(bars, 'bar')} and the windows found in them go. This cannot be undone; series in which
          someone has labelled are refused.
        </p>
        <Problem error={remove.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Keep
          </Button>
          <Button
            color="red.9"
            loading={remove.isPending}
            disabled={series.length === 0}
            onClick={() => remove.mutate()}
          >
            Delete
          </Button>
        </Group>
      </div>
    </Dialog>
  );
}
