import { Button, Group, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { countOf } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Gold } from '@/lib/contract/gold.ts';
import classes from './gold.module.css';

interface FreezeDialogProps {
  gold: Gold;
  onClose: () => void;
}

/** Asks for a note before what is marked now becomes the next version, since a version stays as it is. */
export function FreezeDialog({ gold: { marked, versions }, onClose }: FreezeDialogProps) {
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const freeze = useMutation({
    mutationFn: () => call(api.freezeGold, { body: { note: note.trim() === '' ? null : note.trim() } }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.gold });
      onClose();
    },
  });
  const windows = Object.values(marked).reduce((sum, count) => sum + count, 0);
  const number = (versions[0]?.number ?? 0) + 1;
  return (
    <Dialog title={`Freeze version ${number} of gold?`} onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          freeze.mutate();
        }}
      >
        <p className={classes.hint}>
          {countOf(windows, 'window')} marked now {windows === 1 ? 'is' : 'are'} what people and models are
          measured on from then on. A version is never changed; the next one takes its place.
        </p>
        <Textarea
          label="Note"
          description="What changed, and why"
          rows={3}
          maxLength={2000}
          data-autofocus
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        <Problem error={freeze.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Not yet
          </Button>
          <Button type="submit" loading={freeze.isPending}>
            Freeze
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
