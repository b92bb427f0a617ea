import { Button, Checkbox, Group, Select, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import { ALIASES, type Alias } from '@/lib/contract/models.ts';
import classes from './models.module.css';
import { useRefreshModels } from './use-aliases.ts';
import { useGate } from './use-gate.ts';

const REASON_LEAST = 3;
const ALIAS_WORDS: Record<Alias, string> = {
  champion: 'champion: what the label page shows',
  challenger: 'challenger: next in line',
  shadow: 'shadow: watched only',
};

interface PromoteDialogProps {
  name: string;
  /** What the champion is now. */
  champion: string | null;
  onClose: () => void;
}

/** Points an alias at a version; who did it and why goes into the log for good. */
export function PromoteDialog({ name, champion, onClose }: PromoteDialogProps) {
  const refresh = useRefreshModels();
  const [alias, setAlias] = useState<Alias>('champion');
  const [reason, setReason] = useState('');
  const [override, setOverride] = useState(false);
  const gate = useGate(name);
  const refusal = alias === 'champion' ? (gate.data?.refusal ?? null) : null;
  const isKnown = alias !== 'champion' || gate.data !== undefined;
  const promote = useMutation({
    mutationFn: () =>
      call(api.promote, {
        params: { name },
        body: { alias, reason, override: refusal !== null && override },
      }),
    onSuccess: async () => {
      await refresh();
      onClose();
    },
  });
  const replaces =
    alias === 'champion' && champion && champion !== name ? ` It takes the place of ${champion}.` : '';
  return (
    <Dialog title={`Promote ${name}`} onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          promote.mutate();
        }}
      >
        <Select
          label="To"
          allowDeselect={false}
          data={ALIASES.map((value) => ({ value, label: ALIAS_WORDS[value] }))}
          value={alias}
          onChange={(value) => setAlias(ALIASES.find((one) => one === value) ?? 'champion')}
        />
        <Textarea
          label="Reason"
          description={`At least ${REASON_LEAST} characters; it stays in the log.`}
          placeholder="Macro-F1 0.04 better at natural prevalence, no class worse"
          size="xs"
          minRows={2}
          autosize
          maxLength={500}
          data-autofocus
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        {refusal === null ? null : (
          <div className={classes.refusal}>
            <p>{refusal}</p>
            <Checkbox
              size="xs"
              label="Promote it all the same: the log says override"
              checked={override}
              onChange={({ currentTarget: { checked } }) => setOverride(checked)}
            />
          </div>
        )}
        <Problem error={alias === 'champion' ? gate.error : null} onRetry={gate.refetch} />
        <p className={classes.hint}>Stored windows that it has not seen are predicted next.{replaces}</p>
        <Problem error={promote.error} onRetry={() => promote.mutate()} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={promote.isPending}
            disabled={!isKnown || reason.trim().length < REASON_LEAST || (refusal !== null && !override)}
          >
            {refusal === null ? 'Promote' : 'Override and promote'}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
