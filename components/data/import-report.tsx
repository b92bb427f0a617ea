import { Table } from '@mantine/core';
import { countOf, formatCount } from '@/components/figure/format.ts';
import type { ImportReport } from '@/lib/contract/data.ts';
import classes from './import.module.css';

/** `12,000 added, 40 unchanged, 2 restated, 3 rejected`; what did not happen is left out. */
export function reportInShort(report: ImportReport): string {
  const rejected = report.rejected.reduce((sum, { count }) => sum + count, 0);
  const parts: [number, string][] = [
    [report.barsAdded, 'added'],
    [report.barsUnchanged, 'unchanged'],
    [report.barsRestated, 'restated'],
    [rejected, 'rejected'],
  ];
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${formatCount(count)} ${what}`);
  return said.length > 0 ? said.join(', ') : 'no bars';
}

/** What became of a file: its bars, and every kind of row that was left out, with lines to look at. */
export function ImportReportView({ report }: { report: ImportReport }) {
  return (
    <div className={classes.report}>
      <p>
        {report.file}: {countOf(report.rowsRead, 'row')} read into {report.series}. {reportInShort(report)}.
        {report.gaps > 0 ? ` ${countOf(report.gaps, 'gap')} in the series.` : ''}
        {report.windowsMadeStale > 0
          ? ` ${countOf(report.windowsMadeStale, 'window')} rest on bars that changed: scan again.`
          : ''}
      </p>
      {report.rejected.length > 0 ? (
        <Table verticalSpacing={4} className={classes.rejected}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th w={160}>Left out</Table.Th>
              <Table.Th w={80} ta="right">
                Rows
              </Table.Th>
              <Table.Th w={90} ta="right">
                Line
              </Table.Th>
              <Table.Th>Reason</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {report.rejected.map(({ kind, count, examples }) =>
              (examples.length > 0 ? examples : [null]).map((example, at) => (
                <Table.Tr key={`${kind} ${example?.line ?? ''}`}>
                  <Table.Td>{at === 0 ? kind.replaceAll('_', ' ') : ''}</Table.Td>
                  <Table.Td ta="right">{at === 0 ? formatCount(count) : ''}</Table.Td>
                  <Table.Td ta="right">{example ? formatCount(example.line) : ''}</Table.Td>
                  <Table.Td>{example?.message ?? ''}</Table.Td>
                </Table.Tr>
              )),
            )}
          </Table.Tbody>
        </Table>
      ) : null}
    </div>
  );
}
