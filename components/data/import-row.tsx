import { Button, CloseButton, NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo, useState } from 'react';
import { formatBytes } from '@/components/figure/format.ts';
import { type ImportReport, importReportSchema } from '@/lib/contract/data.ts';
import type { Job } from '@/lib/contract/jobs.ts';
import { TIMEFRAMES } from '@/lib/core/timeframe.ts';
import { ColumnMapping } from './column-mapping.tsx';
import classes from './import.module.css';
import { columnsFound, type ImportDraft, problemsOf } from './import-draft.ts';
import { ImportJobState, useImportJob } from './import-job.tsx';
import { ImportReportView } from './import-report.tsx';
import { isOpen, useImports } from './import-store.ts';

const FORMATS = { kline: 'kline', headed: 'columns' } as const;

/** One file: what it seems to be, corrected in place; opened, its columns or what became of it. */
export const ImportRow = memo(function ImportRow({ draft, listed }: { draft: ImportDraft; listed?: Job }) {
  const [wanted, setWanted] = useState<boolean | null>(null);
  const { remove } = useImports.getState();
  const job = useImportJob(draft.jobId, listed);
  const problems = problemsOf(draft);
  const columnsWrong = Object.keys(problems).some((field) => field in COLUMN_FIELDS);
  const report = importReportSchema.safeParse(job?.result);
  // What needs a person opens by itself.
  const open = wanted ?? (columnsWrong || (report.success && report.data.rejected.length > 0));
  const Chevron = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.file}>
      <div className={classes.line}>
        <UnstyledButton
          className={classes.toggle}
          disabled={!draft.preview}
          aria-expanded={open}
          aria-label={`Details of ${draft.file.name}`}
          onClick={() => setWanted(!open)}
        >
          <Chevron size={14} aria-hidden="true" />
        </UnstyledButton>
        <span className={classes.name} title={draft.file.name}>
          {draft.file.name}
        </span>
        <span className={classes.number}>{formatBytes(draft.file.size)}</span>
        {draft.preview && isOpen(draft) ? (
          <Guesses draft={draft} />
        ) : (
          <span className={classes.state}>
            {draft.jobId ? <ImportJobState job={job} /> : <WaitingState draft={draft} />}
          </span>
        )}
        {isOpen(draft) ? (
          <CloseButton
            size="sm"
            aria-label={`Leave out ${draft.file.name}`}
            onClick={() => remove(draft.key)}
          />
        ) : null}
      </div>
      {open && draft.preview ? <Detail draft={draft} report={report.success ? report.data : null} /> : null}
    </li>
  );
});

const COLUMN_FIELDS = { ts: 1, open: 1, high: 1, low: 1, close: 1, volume: 1, taker_buy_volume: 1 };

function Detail({ draft, report }: { draft: ImportDraft; report: ImportReport | null }) {
  if (report) {
    return (
      <div className={classes.done}>
        <ImportReportView report={report} />
      </div>
    );
  }
  return draft.preview ? <ColumnMapping draft={draft} preview={draft.preview} /> : null;
}

function Guesses({ draft }: { draft: ImportDraft }) {
  const { correct } = useImports.getState();
  const problems = problemsOf(draft);
  const field = (name: 'venue' | 'symbol') => (
    <TextInput
      aria-label={`${name === 'venue' ? 'Venue' : 'Symbol'} of ${draft.file.name}`}
      placeholder={name}
      value={draft[name]}
      error={Boolean(problems[name])}
      title={problems[name]}
      onChange={({ currentTarget: { value } }) => correct(draft.key, { [name]: value.trim() })}
    />
  );
  return (
    <>
      <span className={classes.format}>{draft.preview ? FORMATS[draft.preview.format] : ''}</span>
      {field('venue')}
      {field('symbol')}
      <NativeSelect
        size="xs"
        aria-label={`Timeframe of ${draft.file.name}`}
        data={['', ...TIMEFRAMES]}
        value={draft.timeframe}
        error={Boolean(problems.timeframe)}
        title={problems.timeframe}
        onChange={({ currentTarget: { value } }) => correct(draft.key, { timeframe: value })}
      />
      <span className={classes.format}>{columnsFound(draft.columns)} columns</span>
    </>
  );
}

function WaitingState({ draft }: { draft: ImportDraft }) {
  const { retry } = useImports.getState();
  if (draft.state !== 'unread') return <span className={classes.dim}>{STATE_WORDS[draft.state]}</span>;
  return (
    <>
      <span className={classes.bad} role="alert">
        {draft.error}
      </span>
      <Button variant="default" size="compact-xs" onClick={() => retry(draft.key)}>
        Try again
      </Button>
    </>
  );
}

const STATE_WORDS = {
  waiting: 'waits to be read',
  uploading: 'is being read',
  ready: '',
  sending: 'is being handed over',
  sent: 'handed over',
} as const;
