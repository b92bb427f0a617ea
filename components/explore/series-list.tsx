'use client';

import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { formatCount, formatDay } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { SeriesChoice } from '@/lib/contract/explore.ts';
import classes from './series-list.module.css';

const TYPING_MS = 150;

interface SeriesListProps {
  onChoose: (id: number) => void;
  /** What stands here when there are no series at all. */
  empty: React.ReactNode;
}

/** Series by the words of their names: type, arrows, Enter. */
export function SeriesList({ onChoose, empty }: SeriesListProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [asked] = useDebouncedValue(text.trim(), TYPING_MS);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const { data, error, refetch } = useQuery({
    queryKey: keys.exploreSeries(asked),
    queryFn: ({ signal }) => call(api.searchSeries, { query: { text: asked }, signal }),
    placeholderData: keepPreviousData,
  });
  useEffect(() => field.current?.focus(), []);
  const series = data?.series ?? [];
  const active = Math.min(at, series.length - 1);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function onKeyDown(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) setAt(Math.max(0, Math.min(series.length - 1, active + step)));
    else if (event.key === 'Enter' && series[active]) onChoose(series[active].id);
    else return;
    event.preventDefault();
  }

  if (data && data.total === 0 && asked === '') return empty;
  return (
    <div className={classes.chooser}>
      <TextInput
        ref={field}
        role="combobox"
        aria-label="Find a series"
        aria-expanded
        aria-controls={id}
        aria-activedescendant={series[active] ? `${id}-${series[active].id}` : undefined}
        placeholder="Venue, symbol, timeframe"
        leftSection={<IconSearch size={14} />}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      {error && !data ? <Problem error={error} onRetry={refetch} /> : null}
      {data || error ? null : <LoadingRows rows={8} />}
      <div ref={list} id={id} className={classes.list} role="listbox" aria-label="Series" tabIndex={-1}>
        {series.map((one, i) => (
          <Choice
            key={one.id}
            id={`${id}-${one.id}`}
            series={one}
            active={i === active}
            onChoose={() => onChoose(one.id)}
          />
        ))}
      </div>
      <p className={classes.count} role="status">
        {data ? countWords(data.series.length, data.total) : ''}
      </p>
    </div>
  );
}

function countWords(shown: number, total: number): string {
  if (total === 0) return 'No series goes by that name.';
  if (shown < total) return `${shown} of ${formatCount(total)} series; type more of the name.`;
  return `${formatCount(total)} series`;
}

interface ChoiceProps {
  id: string;
  series: SeriesChoice;
  active: boolean;
  onChoose: () => void;
}

function Choice({ id, series, active, onChoose }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field that owns the list
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={classes.choice}
      onMouseDown={(event) => event.preventDefault()}
      onClick={onChoose}
    >
      <span className={classes.name}>
        <b>{series.symbol}</b> {series.timeframe}
      </span>
      <span>{series.venue}</span>
      <span className={classes.figure}>{formatCount(series.bars)} bars</span>
      <span className={classes.figure}>
        {formatDay(series.firstTs)} – {formatDay(series.lastTs)}
      </span>
    </div>
  );
}
