'use client';

import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useState } from 'react';
import { formatBytes, formatCount, formatMoment, formatShare } from '@/components/figure/format.ts';
import { LoadingBlock } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { TopBar } from '@/components/shell/top-bar.tsx';
import { useDatasets } from '@/components/train/use-train.ts';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Metrics } from '@/lib/contract/metrics.ts';
import type { Version } from '@/lib/contract/models.ts';
import { AliasBadges } from './alias-badges.tsx';
import { ClassTable } from './class-table.tsx';
import { GateSection } from './gate-section.tsx';
import { MixFigures, MixPlots } from './mix-column.tsx';
import { ModelCard } from './model-card.tsx';
import { PromoteDialog } from './promote-dialog.tsx';
import { RollBack } from './roll-back.tsx';
import { useMetrics, useVersions } from './use-models.ts';
import { VersionActs } from './version-acts.tsx';
import classes from './version-page.module.css';

const SPLITS = ['test', 'unseen', 'validation'] as const;
const SOURCES = ['all', 'record', 'weak'] as const;
const SPLIT_WORDS = { test: 'Test', unseen: 'Unseen series', validation: 'Validation' } as const;
const SOURCE_WORDS = { all: 'All labels', record: 'Of record', weak: 'Weak' } as const;

/** A version's figures, in the sampled mix and at natural prevalence side by side. */
export function VersionPage({ name }: { name: string }) {
  const metrics = useMetrics(name);
  const versions = useVersions();
  const [promoting, setPromoting] = useState(false);
  const version = versions.data?.versions.find((one) => one.name === name);
  const champion = versions.data?.versions.find(({ aliases }) => aliases.includes('champion'))?.name ?? null;
  return (
    <div className={classes.page}>
      <TopBar>
        <Link href="/models">All versions</Link>
        <span>{name}</span>
        {version ? <AliasBadges aliases={version.aliases} /> : null}
      </TopBar>
      <Problem error={metrics.error} onRetry={metrics.refetch} />
      <Problem error={versions.error} onRetry={versions.refetch} />
      {version ? (
        <VersionHead
          version={version}
          champion={champion}
          former={versions.data?.formerChampion ?? null}
          onPromote={() => setPromoting(true)}
        />
      ) : null}
      {version && !version.archivedAt ? <GateSection name={name} champion={champion} /> : null}
      {metrics.isPending ? <LoadingBlock height={480} /> : null}
      {metrics.data ? <Figures metrics={metrics.data} /> : null}
      <ModelCard name={name} />
      {promoting ? (
        <PromoteDialog name={name} champion={champion} onClose={() => setPromoting(false)} />
      ) : null}
    </div>
  );
}

interface VersionHeadProps {
  version: Version;
  champion: string | null;
  /** The champion before this one. */
  former: string | null;
  onPromote: () => void;
}

function VersionHead({ version, champion, former, onPromote }: VersionHeadProps) {
  const client = useQueryClient();
  const datasets = useDatasets();
  const { windows, total } = version.predicted;
  const predict = useMutation({
    mutationFn: () => call(api.predictWindows, { params: { name: version.name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: keys.jobs }),
  });
  const dataset = datasets.data?.datasets.find(({ hash }) => hash === version.datasetHash);
  return (
    <>
      <div className={classes.head}>
        <span>
          {version.runId === null ? null : <Link href={`/train/${version.runId}`}>Run {version.runId}</Link>}{' '}
          on{' '}
          {dataset ? (
            <Link href={`/train/datasets/${dataset.id}`}>{dataset.name}</Link>
          ) : (
            <code>{version.datasetHash.slice(0, 12)}</code>
          )}
        </span>
        <span>{formatMoment(version.createdAt)}</span>
        <span>
          {formatBytes(version.modelBytes)}, sha256 <code>{version.modelSha256.slice(0, 12)}</code>, feature
          schema {version.featureSchema}
        </span>
        <span title={`${formatCount(windows)} of ${formatCount(total)} stored windows`}>
          {total > 0 ? formatShare(windows / total) : '–'} predicted
        </span>
        <span className={classes.acts}>
          {windows < total && !version.archivedAt ? (
            <Button variant="default" loading={predict.isPending} onClick={() => predict.mutate()}>
              Predict {formatCount(total - windows)} windows
            </Button>
          ) : null}
          {champion === null || champion === version.name || version.archivedAt ? null : (
            <Button
              component={Link}
              variant="default"
              href={`/models/compare?first=${version.name}&second=${champion}`}
            >
              Compare with {champion}
            </Button>
          )}
          <RollBack to={version.aliases.includes('champion') ? former : null} />
          <VersionActs version={version} />
          {version.archivedAt ? null : <Button onClick={onPromote}>Promote</Button>}
        </span>
      </div>
      <Problem error={predict.error} onRetry={() => predict.mutate()} />
    </>
  );
}

function Figures({ metrics: { metrics } }: { metrics: Metrics }) {
  const splits = SPLITS.filter((split) => metrics[split]);
  const [split, setSplit] = useQueryState('split', parseAsStringLiteral(SPLITS).withDefault('test'));
  const [source, setSource] = useQueryState('labels', parseAsStringLiteral(SOURCES).withDefault('all'));
  const sources = SOURCES.filter((one) => metrics[split]?.[one]);
  const blocks = metrics[split]?.[source];
  return (
    <>
      <div className={classes.slices}>
        <SegmentedControl
          aria-label="Split"
          value={split}
          data={splits.map((value) => ({ value, label: SPLIT_WORDS[value] }))}
          onChange={(value) => void setSplit(SPLITS.find((one) => one === value) ?? 'test')}
        />
        <SegmentedControl
          aria-label="Labels"
          value={source}
          data={sources.map((value) => ({ value, label: SOURCE_WORDS[value] }))}
          onChange={(value) => void setSource(SOURCES.find((one) => one === value) ?? 'all')}
        />
      </div>
      {!blocks || blocks.sampled.rows === 0 ? (
        <EmptyNote
          text={`The ${SPLIT_WORDS[split].toLowerCase()} split holds no rows of these labels, so there is nothing to measure on.`}
        />
      ) : (
        <>
          <div className={classes.mixes}>
            <MixFigures name="Sampled" block={blocks.sampled} />
            <MixFigures name="Natural" block={blocks.natural} />
          </div>
          <ClassTable sampled={blocks.sampled} natural={blocks.natural} />
          <div className={classes.mixes}>
            <MixPlots name="Sampled" block={blocks.sampled} />
            <MixPlots name="Natural" block={blocks.natural} />
          </div>
        </>
      )}
    </>
  );
}
