'use client';

import { StatusDot } from '@/components/class/status-dot.tsx';
import { countOf, formatCount, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { CHECKS, type CheckFound, type DatasetCheck } from '@/lib/contract/dataset-check.ts';
import { useShownDataset } from '../dataset-frame.tsx';
import { CheckAgain } from './check-again.tsx';
import { CHECK_WORDS } from './check-words.ts';
import classes from './checks.module.css';
import { type DrawnWindow, useChecks, useShownWindows } from './use-checks.ts';
import { WindowThumb } from './window-thumb.tsx';

/** Whether anything of a held-out split could have been learnt in training: each check, what it found, the worst of it. */
export function DatasetChecks() {
  const { id } = useShownDataset();
  const { data, error, isPending, refetch } = useChecks(id);
  const newest = data?.checks.at(0);
  return (
    <section className={classes.checks} aria-label="Checks">
      <div className={classes.again}>
        <p className={classes.when}>{data ? whenWords(newest) : ' '}</p>
        <CheckAgain id={id} />
      </div>
      <Problem error={error} onRetry={refetch} />
      {isPending ? <LoadingRows rows={6} /> : null}
      {newest ? <Found checks={newest.checks} /> : null}
    </section>
  );
}

function whenWords(check: DatasetCheck | undefined): string {
  if (!check) return 'This dataset was built before checks were kept: check it, or build it anew.';
  const { version, cosine, createdAt, createdBy } = check;
  const by = version === null ? '' : `; likeness by ${version}, from a cosine of ${cosine} on`;
  return `Checked ${formatMoment(createdAt)} by ${createdBy}${by}`;
}

function Found({ checks }: { checks: readonly CheckFound[] }) {
  const hashes = checks.flatMap(({ examples }) =>
    examples.flatMap(({ one, other }) => [one.snapshot, ...(other ? [other.snapshot] : [])]),
  );
  const { data: windows = [], error } = useShownWindows(hashes.slice(0, MOST_SHOWN));
  return (
    <>
      <Problem error={error} />
      <ul className={classes.list}>
        {CHECKS.map((id) => (
          <Check key={id} id={id} check={checks.find((one) => one.id === id)} windows={windows} />
        ))}
      </ul>
    </>
  );
}

/** Thumbnails that are asked for at once. */
const MOST_SHOWN = 48;

interface CheckProps {
  id: (typeof CHECKS)[number];
  check: CheckFound | undefined;
  windows: readonly DrawnWindow[];
}

function Check({ id, check, windows }: CheckProps) {
  const { name, about } = CHECK_WORDS[id];
  return (
    <li className={classes.check} aria-label={name}>
      <div className={classes.line}>
        <h3>{name}</h3>
        <div>
          <p>{about}</p>
          {check?.note ? <p className={classes.note}>{check.note}</p> : null}
        </div>
        <Verdict check={check} />
      </div>
      {check && check.examples.length > 0 ? (
        <ul className={classes.examples} aria-label={`The worst of ${name.toLowerCase()}`}>
          {check.examples.map(({ one, other, words }, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: one row may leak to several; the list never changes
            <li key={i} className={classes.example}>
              <p>{words}</p>
              <div className={classes.pair}>
                <WindowThumb row={one} windows={windows} />
                {other ? <WindowThumb row={other} windows={windows} /> : null}
              </div>
            </li>
          ))}
        </ul>
      ) : null}
    </li>
  );
}

function Verdict({ check }: { check: CheckFound | undefined }) {
  const found = check?.found ?? null;
  const rows = check ? ` of ${countOf(check.rows, 'row')}` : '';
  return (
    <span className={classes.found}>
      {found === null ? (
        <StatusDot status="idle">not looked into</StatusDot>
      ) : (
        <StatusDot status={found > 0 ? 'bad' : 'good'}>
          {found > 0 ? formatCount(found) : 'none'}
          {rows}
        </StatusDot>
      )}
    </span>
  );
}
