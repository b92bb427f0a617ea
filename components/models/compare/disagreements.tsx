import { Button, SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsInteger, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { Sparkcandles } from '@/components/chart/sparkcandles.tsx';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { countOf, formatCount } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { snapshotOf } from '@/lib/client/label/held-item.ts';
import { api } from '@/lib/contract/api.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { DISAGREEMENT_ORDERS, DISAGREEMENT_PAGE, type Disagreement } from '@/lib/contract/disagreement.ts';
import { openSnapshot } from '@/lib/core/snapshot.ts';
import classes from './compare.module.css';

const ORDER_WORDS = { gap: 'Furthest apart', newest: 'Newest' } as const;
const ANY = { value: '', label: 'any class' };

/** The stored windows that two versions see differently, as thumbnails that lead to Explore. */
export function Disagreements({ first, second }: { first: string; second: string }) {
  const [view, change] = useQueryStates({
    says: parseAsStringLiteral(CLASS_IDS),
    other: parseAsStringLiteral(CLASS_IDS),
    order: parseAsStringLiteral(DISAGREEMENT_ORDERS).withDefault('gap'),
    page: parseAsInteger.withDefault(0),
  });
  const { says, other, order, page } = view;
  const { data, error, refetch, isPending } = useQuery({
    queryKey: keys.disagreements(first, second, view),
    queryFn: async ({ signal }) => {
      const query = { against: second, says: says ?? undefined, other: other ?? undefined, order, page };
      const { windows, counts } = await call(api.listDisagreements, {
        params: { name: first },
        query,
        signal,
      });
      return { windows: windows.map(open), counts };
    },
    placeholderData: keepPreviousData,
  });
  const counts = data?.counts ?? [];
  const found = countFound(counts, says, other);
  const pages = Math.ceil(found / DISAGREEMENT_PAGE);
  const both = counts.flat().reduce((sum, count) => sum + count, 0);
  return (
    <section className={classes.disagreements} aria-label="Windows seen differently">
      <div className={classes.slices}>
        <h2>Seen differently</h2>
        <Select
          size="xs"
          aria-label={`${first} says`}
          data={[{ ...ANY, label: `${first} says any` }, ...choices(first)]}
          value={says ?? ''}
          onChange={(value) => void change({ says: classOf(value), page: null })}
        />
        <Select
          size="xs"
          aria-label={`${second} says`}
          data={[{ ...ANY, label: `${second} says any` }, ...choices(second)]}
          value={other ?? ''}
          onChange={(value) => void change({ other: classOf(value), page: null })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Order"
          value={order}
          data={DISAGREEMENT_ORDERS.map((value) => ({ value, label: ORDER_WORDS[value] }))}
          onChange={(value) =>
            void change({ order: DISAGREEMENT_ORDERS.find((one) => one === value) ?? null, page: null })
          }
        />
        <span className={classes.note}>
          {data ? `${countOf(found, 'window')} of ${formatCount(both)} that both have predicted` : ''}
        </span>
      </div>
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingBlock height={320} /> : null}
      {data && found === 0 ? (
        <EmptyNote
          text={
            both === 0
              ? 'No stored window has been predicted by both versions yet.'
              : 'They say the same class of every window.'
          }
        />
      ) : null}
      <ul className={classes.grid}>
        {data?.windows.map((window) => (
          <Cell key={window.windowId} window={window} />
        ))}
      </ul>
      {pages > 1 ? (
        <div className={classes.pager}>
          <Button
            variant="default"
            disabled={page === 0}
            onClick={() => void change({ page: page - 1 || null })}
          >
            Before
          </Button>
          <span>
            page {page + 1} of {formatCount(pages)}
          </span>
          <Button
            variant="default"
            disabled={page + 1 >= pages}
            onClick={() => void change({ page: page + 1 })}
          >
            Next
          </Button>
        </div>
      ) : null}
    </section>
  );
}

const choices = (name: string) =>
  CLASS_IDS.map((value) => ({ value, label: `${name} says ${CLASS_FACTS[value].name}` }));
const classOf = (value: string | null): ClassId | null => CLASS_IDS.find((id) => id === value) ?? null;

/** Of the windows that are counted, those off the diagonal that the filter lets through. */
function countFound(
  counts: readonly (readonly number[])[],
  says: ClassId | null,
  other: ClassId | null,
): number {
  let found = 0;
  for (const [i, row] of counts.entries())
    for (const [j, count] of row.entries())
      if (i !== j && (says === null || CLASS_IDS[i] === says) && (other === null || CLASS_IDS[j] === other))
        found += count;
  return found;
}

function open({ snapshot, ...window }: Disagreement) {
  const { bars, indicators, windowStart } = openSnapshot(snapshotOf(snapshot));
  return { ...window, shown: { bars, ema: indicators.ema, windowStart, shapes: [] } };
}

function Cell({ window }: { window: ReturnType<typeof open> }) {
  const { series, ts, first, second, label, gap, shown } = window;
  const name = `${series.symbol} ${series.timeframe}`;
  return (
    <li>
      <Link
        className={classes.cell}
        href={`/explore?series=${series.id}&at=${ts}`}
        aria-label={`${name} to ${formatBarTime(ts)} UTC: ${CLASS_FACTS[first.class].name} against ${CLASS_FACTS[second.class].name}. Show in Explore`}
      >
        <span className={classes.caption}>
          <span>{name}</span>
          <span>{formatBarTime(ts)}</span>
        </span>
        <span className={classes.candles}>
          <Sparkcandles window={shown} />
        </span>
        <span className={classes.caption}>
          <span>
            <ClassBadge id={first.class} /> {first.probability.toFixed(2)} · <ClassBadge id={second.class} />{' '}
            {second.probability.toFixed(2)}
          </span>
          <span title="Label of record">{label ? <ClassBadge id={label} /> : `gap ${gap.toFixed(2)}`}</span>
        </span>
      </Link>
    </li>
  );
}
