'use client';

import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { onceAnswered } from '@/lib/client/answer-on-its-way.ts';
import { call } from '@/lib/client/api.ts';
import { useInference } from '@/lib/client/inference/inference.ts';
import { keys } from '@/lib/client/keys.ts';
import { snapshotOf } from '@/lib/client/label/held-item.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_FACTS } from '@/lib/contract/classes.ts';
import type { SimilarWindow } from '@/lib/contract/similar.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import classes from './similar.module.css';
import { useOnItsWay } from './use-on-its-way.ts';

/** Whoever answers faster than this does not look. */
const PAUSE_MS = 500;
const COUNT = 6;

interface SimilarProps {
  /** What is compared; null for nothing. */
  windowId: string | null;
  /** Whether that is the window in view, or else the one answered last. */
  inView: boolean;
}

/** The labelled windows that the model on the server finds most alike to one, the most alike first. */
export function Similar({ windowId, inView }: SimilarProps) {
  const version = useInference((state) => state.model?.version ?? null);
  const [asked] = useDebouncedValue(windowId, PAUSE_MS);
  const isOnItsWay = useOnItsWay(asked);
  const { data, error } = useQuery({
    queryKey: keys.similar(version ?? '', asked ?? ''),
    queryFn: async ({ signal }) => {
      const { windows, empty } = await call(api.similarWindows, {
        params: { id: asked ?? '' },
        query: { count: COUNT },
        signal,
      });
      return { windows: windows.map(open), empty };
    },
    enabled: version !== null && asked !== null && !isOnItsWay,
    ...onceAnswered,
    staleTime: 60_000,
  });
  if (windowId === null || version === null) return null;
  const isCurrent = asked === windowId;
  return (
    <section className={classes.similar} aria-label="Similar windows" data-window={data && asked}>
      <span className={classes.title}>most like {inView ? 'this' : 'your last'}</span>
      <ul className={classes.list} data-old={!isCurrent || undefined}>
        {data?.windows.map((window) => (
          <Thumb key={window.windowId} {...window} />
        ))}
      </ul>
      {data?.empty ? <span>{data.empty}</span> : null}
      {error && !data ? <span>Not to be had now.</span> : null}
    </section>
  );
}

function open({ snapshot, ...window }: SimilarWindow) {
  const { bars, indicators, windowStart } = openSnapshot(snapshotOf(snapshot));
  return { ...window, shown: { bars, ema: indicators.ema, windowStart, shapes: [] } };
}

function Thumb({ label, likeness, series, ts, shown }: ReturnType<typeof open>) {
  const { name } = CLASS_FACTS[label];
  const words = `${name}, ${series.symbol} ${series.timeframe} to ${formatBarTime(ts)} UTC, likeness ${likeness.toFixed(2)}`;
  return (
    <li className={classes.thumb} title={words}>
      <Sparkcandles window={shown} label={words} />
      <ClassBadge id={label} className={classes.badge} />
    </li>
  );
}
