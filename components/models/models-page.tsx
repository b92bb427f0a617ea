'use client';

import { Button, Switch, Table } from '@mantine/core';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { useMemo, useState } from 'react';
import { DataTable } from '@/components/figure/data-table.tsx';
import { countOf, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import type { Version } from '@/lib/contract/models.ts';
import { ImportDialog } from './import-dialog.tsx';
import classes from './models.module.css';
import { PromoteDialog } from './promote-dialog.tsx';
import { RollBack } from './roll-back.tsx';
import { useVersions } from './use-models.ts';
import { versionColumns } from './version-columns.tsx';

/** Every version with its headline figures, and who pointed which alias at what. */
export function ModelsPage() {
  const versions = useVersions();
  const router = useRouter();
  const [sorting, setSorting] = useUrlSorting('-name');
  const [importing, setImporting] = useState(false);
  const [promoting, setPromoting] = useState<string | null>(null);
  const columns = useMemo(() => versionColumns(setPromoting), []);
  const [archived, showArchived] = useQueryState('archived', parseAsBoolean.withDefault(false));
  const all = versions.data?.versions ?? [];
  const rows = archived ? all : all.filter(({ archivedAt }) => archivedAt === null);
  const hidden = all.length - rows.length;
  const log = versions.data?.log ?? [];
  const champion = all.find(({ aliases }) => aliases.includes('champion'))?.name ?? null;
  return (
    <div className={classes.page}>
      <TopBar>
        {versions.data ? (
          <span>
            {countOf(all.length, 'version')} · {champion ? `${champion} champion` : 'no champion yet'}
          </span>
        ) : null}
      </TopBar>
      <Problem error={versions.error} onRetry={versions.refetch} />
      {versions.isPending ? <LoadingRows rows={6} /> : null}
      {versions.data && all.length === 0 ? (
        <EmptyNote text="No model yet: a training run ends in one.">
          <Button component={Link} href="/train">
            Train a model
          </Button>
        </EmptyNote>
      ) : null}
      {versions.data ? (
        <div className={classes.tools}>
          {hidden > 0 || archived ? (
            <Switch
              size="xs"
              label="Archived"
              checked={archived}
              onChange={(event) => void showArchived(event.currentTarget.checked || null)}
            />
          ) : null}
          {all.length > 1 ? (
            <Button component={Link} variant="default" href={compareAddress(rows, champion)}>
              Compare
            </Button>
          ) : null}
          <Button variant="default" onClick={() => setImporting(true)}>
            Import a model
          </Button>
          <RollBack to={versions.data?.formerChampion ?? null} />
        </div>
      ) : null}
      {rows.length > 0 ? (
        <DataTable
          label="Model versions"
          rows={rows}
          columns={columns}
          rowId={({ name }) => name}
          sorting={sorting}
          onSorting={setSorting}
          onOpen={({ name }) => router.push(`/models/${name}`)}
        />
      ) : null}
      {log.length > 0 ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        <section className={classes.logBox} aria-label="Alias log" tabIndex={0}>
          <h2>Alias log</h2>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th w={130}>When</Table.Th>
                <Table.Th w={100}>Alias</Table.Th>
                <Table.Th w={90}>Change</Table.Th>
                <Table.Th w={90}>Version</Table.Th>
                <Table.Th w={180}>Who</Table.Th>
                <Table.Th>Reason</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {log.map(({ alias, change, version, reason, actor, at }) => (
                <Table.Tr key={`${at} ${alias} ${version}`}>
                  <Table.Td>{formatMoment(at)}</Table.Td>
                  <Table.Td>{alias}</Table.Td>
                  <Table.Td>{change}</Table.Td>
                  <Table.Td>{version ? <Link href={`/models/${version}`}>{version}</Link> : '–'}</Table.Td>
                  <Table.Td>{actor}</Table.Td>
                  <Table.Td>{reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ) : null}
      {importing ? <ImportDialog onClose={() => setImporting(false)} /> : null}
      {promoting ? (
        <PromoteDialog name={promoting} champion={champion} onClose={() => setPromoting(null)} />
      ) : null}
    </div>
  );
}

/** The newest version beside the champion; the page asks for what is missing. */
function compareAddress(rows: readonly Version[], champion: string | null): string {
  const newest = rows.find(({ name }) => name !== champion)?.name;
  const chosen = { ...(newest ? { first: newest } : {}), ...(champion ? { second: champion } : {}) };
  return `/models/compare?${new URLSearchParams(chosen)}`;
}
