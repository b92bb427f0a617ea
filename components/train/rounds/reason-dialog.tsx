import { Button, Group, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import classes from './rounds.module.css';

interface ReasonDialogProps {
  title: string;
  /** What will happen. */
  words: string;
  /** What the button says. */
  act: string;
  error: Error | null;
  isPending: boolean;
  onReason: (reason: string) => void;
  onClose: () => void;
}

/** Asks why, before something that stays in the log. */
export function ReasonDialog({ title, words, act, error, isPending, onReason, onClose }: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          onReason(reason);
        }}
      >
        <p>{words}</p>
        <Textarea
          label="Reason"
          description="It stays in the log."
          size="xs"
          minRows={2}
          autosize
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        <Problem error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isPending} disabled={reason.trim() === ''}>
            {act}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
