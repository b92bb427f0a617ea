'use client';

import { Button, SegmentedControl } from '@mantine/core';
import Link from 'next/link';
import { EmptyNote } from '@/components/figure/notice.tsx';
import { holdsRole, type Role } from '@/lib/contract/roles.ts';
import classes from './choose-series.module.css';
import { SeriesList } from './series-list.tsx';

interface ChooseSeriesProps {
  role: Role;
  replay: boolean;
  onReplay: (replay: boolean) => void;
  onChoose: (id: number) => void;
}

/** Before a series is open: which, and whether its later bars may be seen. */
export function ChooseSeries({ role, replay, onReplay, onChoose }: ChooseSeriesProps) {
  return (
    <div className={classes.page}>
      <section className={classes.panel} aria-label="Choose a series">
        <h2>Which series?</h2>
        <SeriesList onChoose={onChoose} empty={<NoSeries role={role} />} />
        <div className={classes.mode}>
          <SegmentedControl
            className={classes.control}
            aria-label="How it is opened"
            value={replay ? 'replay' : 'whole'}
            onChange={(value) => onReplay(value === 'replay')}
            data={[
              { value: 'whole', label: 'Whole history' },
              { value: 'replay', label: 'Replay' },
            ]}
          />
          <p>
            {replay
              ? 'It opens where you got to, or near its start, and shows nothing later: labels given there count as if on the day.'
              : 'All bars are in view. Labels given here are marked as given by someone who saw what came next.'}
          </p>
        </div>
      </section>
    </div>
  );
}

function NoSeries({ role }: { role: Role }) {
  return holdsRole(role, 'admin') ? (
    <EmptyNote text="There are no bars to explore yet.">
      <Button component={Link} href="/data">
        Import bars
      </Button>
    </EmptyNote>
  ) : (
    <EmptyNote text="There are no bars to explore yet: an admin imports them first." />
  );
}
