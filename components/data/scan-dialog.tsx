import { Button, Group, SegmentedControl, Select } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '@/components/figure/dialog.tsx';
import { countOf } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { ruleSetSchema } from '@/lib/contract/data.ts';
import { LITERAL_RULE_SET_NUMBER } from '@/lib/contract/rule-set.ts';
import type { z } from '@/lib/contract/zod.ts';
import classes from './data-page.module.css';

type RuleSet = z.output<typeof ruleSetSchema>;

const LOOKBACK_DAYS = 540;

interface ScanDialogProps {
  seriesIds: readonly number[];
  ruleSets: readonly RuleSet[];
  onClose: () => void;
  onStarted: (jobs: number) => void;
}

/** Which rules to scan the chosen series with, and how far back. */
export function ScanDialog({ seriesIds, ruleSets, onClose, onStarted }: ScanDialogProps) {
  const client = useQueryClient();
  const own = ruleSets.map(({ number }) => number).filter((number) => number !== LITERAL_RULE_SET_NUMBER);
  const newest = Math.max(1, ...own);
  const [ruleSetNumber, setRuleSetNumber] = useState(newest);
  const [lookback, setLookback] = useState<'recent' | 'all'>('recent');
  const scan = useMutation({
    mutationFn: () =>
      call(api.scanSeries, {
        body: {
          seriesIds: [...seriesIds],
          ruleSetNumber,
          lookbackDays: lookback === 'all' ? 'all' : LOOKBACK_DAYS,
        },
      }),
    onSuccess: ({ jobs }) => {
      void client.invalidateQueries({ queryKey: keys.jobs });
      onStarted(jobs.length);
    },
  });
  return (
    <Dialog title={`Scan ${countOf(seriesIds.length, 'series', 'series')}`} onClose={onClose}>
      <form
        className={classes.dialog}
        onSubmit={(event) => {
          event.preventDefault();
          scan.mutate();
        }}
      >
        <Select
          label="Rule set"
          data-autofocus
          allowDeselect={false}
          data={ruleSets.map(({ number, name }) => ({ value: String(number), label: `#${number} ${name}` }))}
          value={String(ruleSetNumber)}
          onChange={(value) => value && setRuleSetNumber(Number(value))}
        />
        <div>
          <p className={classes.fieldName}>How far back</p>
          <SegmentedControl
            fullWidth
            aria-label="How far back"
            value={lookback}
            onChange={(value) => setLookback(value === 'all' ? 'all' : 'recent')}
            data={[
              { value: 'recent', label: `Last ${LOOKBACK_DAYS} days` },
              { value: 'all', label: 'All bars' },
            ]}
          />
        </div>
        <p className={classes.hint}>One job a series. What people have labelled stays as it is.</p>
        <Problem error={scan.error} onRetry={() => scan.mutate()} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={scan.isPending}>
            Scan
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
