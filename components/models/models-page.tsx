'use client';

import { Button, Table } from '@mantine/core';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useMemo, useState } from 'react';
import { DataTable } from '@/components/figure/data-table.tsx';
import { countOf, formatMoment } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { useUrlSorting } from '@/components/figure/url-sorting.ts';
import { TopBar } from '@/components/shell/top-bar.tsx';
import classes from './models.module.css';
import { PromoteDialog } from './promote-dialog.tsx';
import { useVersions } from './use-models.ts';
import { versionColumns } from './version-columns.tsx';

/** Every version with its headline figures, and who pointed which alias at what. */
export function ModelsPage() {
  const versions = useVersions();
  const router = useRouter();
  const [sorting, setSorting] = useUrlSorting('-name');
  const [promoting, setPromoting] = useState<string | null>(null);
  const columns = useMemo(() => versionColumns(setPromoting), []);
  const rows = versions.data?.versions ?? [];
  const log = versions.data?.log ?? [];
  const champion = rows.find(({ aliases }) => aliases.includes('champion'))?.name ?? null;
  return (
    <div className={classes.page}>
      <TopBar>
        {versions.data ? (
          <span>
            {countOf(rows.length, 'version')} · {champion ? `${champion} champion` : 'no champion yet'}
          </span>
        ) : null}
      </TopBar>
      <Problem error={versions.error} onRetry={versions.refetch} />
      {versions.isPending ? <LoadingRows rows={6} /> : null}
      {versions.data && rows.length === 0 ? (
        <EmptyNote text="No model yet: a training run ends in one.">
          <Button component={Link} href="/train">
            Train a model
          </Button>
        </EmptyNote>
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
                <Table.Th w={90}>Version</Table.Th>
                <Table.Th w={180}>Who</Table.Th>
                <Table.Th>Reason</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {log.map(({ alias, version, reason, actor, at }) => (
                <Table.Tr key={`${at} ${alias} ${version}`}>
                  <Table.Td>{formatMoment(at)}</Table.Td>
                  <Table.Td>{alias}</Table.Td>
                  <Table.Td>
                    <Link href={`/models/${version}`}>{version}</Link>
                  </Table.Td>
                  <Table.Td>{actor}</Table.Td>
                  <Table.Td>{reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      ) : null}
      {promoting ? (
        <PromoteDialog name={promoting} champion={champion} onClose={() => setPromoting(null)} />
      ) : null}
    </div>
  );
}
