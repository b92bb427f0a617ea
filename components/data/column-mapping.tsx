import { NativeSelect } from '@mantine/core';
import { BAR_COLUMNS, type FilePreview } from '@/lib/contract/data.ts';
import classes from './import.module.css';
import { COLUMN_NAMES, type ImportDraft, mapColumn, problemsOf } from './import-draft.ts';
import { useImports } from './import-store.ts';

interface ColumnMappingProps {
  draft: ImportDraft;
  preview: FilePreview;
}

/** Which column of the file each figure of a bar is read from, beside the file's first rows. */
export function ColumnMapping({ draft, preview }: ColumnMappingProps) {
  const correct = useImports((state) => state.correct);
  const problems = problemsOf(draft);
  const used = new Map(BAR_COLUMNS.map((column) => [draft.columns[column], COLUMN_NAMES[column]]));
  return (
    <div className={classes.mapping}>
      <fieldset className={classes.columns} aria-label={`Columns of ${preview.name}`}>
        {BAR_COLUMNS.map((column) => (
          <NativeSelect
            key={column}
            size="xs"
            label={COLUMN_NAMES[column]}
            disabled={draft.state !== 'ready'}
            value={draft.columns[column] ?? ''}
            error={problems[column]}
            data={[
              { value: '', label: column === 'taker_buy_volume' ? 'not in the file' : 'choose' },
              ...preview.headers.map((header) => ({ value: header, label: header })),
            ]}
            onChange={({ currentTarget: { value } }) =>
              correct(draft.key, { columns: mapColumn(draft.columns, column, value || null) })
            }
          />
        ))}
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it */}
      <section className={classes.sample} aria-label={`First rows of ${preview.name}`} tabIndex={0}>
        <table>
          <thead>
            <tr>
              {preview.headers.map((header) => (
                <th key={header} data-used={used.has(header) || undefined} scope="col">
                  {header}
                  <small>{used.get(header) ?? 'not read'}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.sample.map((cells, row) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a file have no other name
              <tr key={row}>
                {cells.map((cell, at) => (
                  <td key={preview.headers[at] ?? at} data-used={used.has(preview.headers[at]) || undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}
