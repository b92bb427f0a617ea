import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { formatCount } from '@/components/figure/format.ts';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { queueFilterSchema, queueMixSchema } from '@/lib/contract/queue.ts';
import { type QueueValues, toQueue } from './queue-values.ts';
import classes from './queues.module.css';

const TYPING_MS = 250;

/** What the filter takes as it stands in the form, counted by the server; the last count while a new one comes. */
export function QueuePreview({ values }: { values: QueueValues }) {
  const { filter, mix, ruleSetNumber } = toQueue(values);
  const [asked] = useDebouncedValue(JSON.stringify({ filter, mix, ruleSetNumber }, unread), TYPING_MS);
  const right = readAsked(asked);
  const preview = useQuery({
    queryKey: keys.queuePreview(asked),
    queryFn: right ? ({ signal }) => call(api.previewQueue, { body: right, signal }) : skipToken,
    placeholderData: keepPreviousData,
  });
  const { data, isPlaceholderData, error, refetch } = preview;
  return (
    <div
      className={classes.preview}
      data-testid="preview"
      aria-live="polite"
      data-old={isPlaceholderData || right === null || undefined}
    >
      <p>
        Takes <strong>{formatCount(data?.total)}</strong> windows
        {data && data.labelled > 0 ? `, ${formatCount(data.labelled)} of them labelled` : ''}
      </p>
      <ul>
        {CLASS_IDS.map((id) => (
          <li key={id}>
            <ClassBadge id={id} /> {formatCount(data?.perClass[id])}
          </li>
        ))}
      </ul>
      {data?.notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
      <Problem error={error} onRetry={refetch} />
    </div>
  );
}

/** JSON would make null of what is no number, and null takes all. */
const unread = (_: string, value: unknown) => (Number.isNaN(value) ? 'no number' : value);

/** What is asked, where it is right; a mix that does not add up yet is counted as any other. */
function readAsked(asked: string) {
  const { filter, mix, ruleSetNumber } = JSON.parse(asked) as Record<string, unknown>;
  const parsed = queueFilterSchema.safeParse(filter);
  if (!parsed.success) return null;
  const shares = queueMixSchema.safeParse(mix);
  return {
    filter: parsed.data,
    mix: shares.success ? shares.data : { deficit: 1 },
    ruleSetNumber: Number(ruleSetNumber),
  };
}
