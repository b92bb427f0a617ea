'use client';

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { Notice, Problem } from '@/components/figure/notice.tsx';
import { ApiError, call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Role } from '@/lib/contract/roles.ts';
import { ChooseSeries } from './choose-series.tsx';
import classes from './explore.module.css';
import { ExploreWorkbench } from './explore-workbench.tsx';
import { useAddress } from './use-address.ts';

interface ExplorePageProps {
  person: { id: string; role: Role };
}

/** The explore page: the series in the address, or a choice of them. */
export function ExplorePage({ person }: ExplorePageProps) {
  const [address, setAddress] = useAddress();
  const { series } = address;
  const choose = (id: number | null) =>
    void setAddress({ series: id, from: null, to: null, at: null, rules: null }, { history: 'push' });
  if (series === null) {
    return (
      <ChooseSeries
        role={person.role}
        replay={address.replay}
        onReplay={(replay) => void setAddress({ replay })}
        onChoose={choose}
      />
    );
  }
  return <Opened key={`${person.id}:${series}`} person={person} seriesId={series} onChoose={choose} />;
}

interface OpenedProps extends ExplorePageProps {
  seriesId: number;
  onChoose: (id: number | null) => void;
}

function Opened({ person, seriesId, onChoose }: OpenedProps) {
  const { data, error, refetch } = useQuery({
    queryKey: keys.openedSeries(seriesId),
    queryFn: ({ signal }) => call(api.openSeries, { params: { id: seriesId }, signal }),
    // It is opened anew when its bars are others; until then nothing about it changes.
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (error && !data) {
    const gone = error instanceof ApiError && error.code === 'not_found';
    return gone ? (
      <Notice tone="warn" text={`${error.message} It may have been removed.`}>
        <Button variant="default" onClick={() => onChoose(null)}>
          Choose another
        </Button>
      </Notice>
    ) : (
      <Problem error={error} onRetry={refetch} />
    );
  }
  if (!data) {
    return (
      <div className={classes.skeleton}>
        <LoadingBlock height={40} />
        <LoadingBlock height={420} />
        <LoadingBlock height={72} />
        <LoadingBlock height={48} />
      </div>
    );
  }
  return (
    <ExploreWorkbench
      key={data.version}
      person={person}
      series={data}
      onChoose={onChoose}
      onReopen={() => void refetch()}
    />
  );
}
