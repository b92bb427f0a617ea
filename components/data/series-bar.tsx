import { Button, FileButton, Select, TextInput } from '@mantine/core';
import { IconFileImport, IconSearch } from '@tabler/icons-react';
import { formatCount } from '@/components/figure/format.ts';
import classes from './data-page.module.css';
import { useImports } from './import-store.ts';
import { SCAN_FILTERS, type SeriesFilter } from './series-filter.ts';

const SCAN_WORDS: Record<SeriesFilter['scan'], string> = {
  any: 'Any scan',
  current: 'Scan current',
  stale: 'Scan outdated',
  none: 'Not scanned',
};

interface SeriesBarProps {
  filter: SeriesFilter;
  timeframes: readonly string[];
  onFilter: (change: Partial<SeriesFilter>) => void;
  ticked: number;
  onScan: () => void;
  onDelete: () => void;
}

/** The table's filters, what can be done with the ticked rows, and the way in for new files. */
export function SeriesBar({ filter, timeframes, onFilter, ticked, onScan, onDelete }: SeriesBarProps) {
  return (
    <div className={classes.bar}>
      <TextInput
        aria-label="Filter by venue and symbol"
        placeholder="Venue or symbol"
        leftSection={<IconSearch size={14} />}
        w={180}
        value={filter.text}
        onChange={({ currentTarget: { value } }) => onFilter({ text: value })}
      />
      <Select
        aria-label="Timeframe"
        w={116}
        allowDeselect={false}
        data={[
          { value: '', label: 'All bars' },
          ...timeframes.map((timeframe) => ({ value: timeframe, label: timeframe })),
        ]}
        value={filter.timeframe}
        onChange={(value) => onFilter({ timeframe: value ?? '' })}
      />
      <Select
        aria-label="State of the scan"
        w={136}
        allowDeselect={false}
        data={SCAN_FILTERS.map((value) => ({ value, label: SCAN_WORDS[value] }))}
        value={filter.scan}
        onChange={(value) => onFilter({ scan: SCAN_FILTERS.find((one) => one === value) ?? 'any' })}
      />
      <span className={classes.spring} />
      <span className={classes.hint} role="status">
        {ticked > 0 ? `${formatCount(ticked)} chosen` : ''}
      </span>
      <Button variant="default" disabled={ticked === 0} onClick={onScan}>
        Scan
      </Button>
      <Button variant="default" disabled={ticked === 0} onClick={onDelete}>
        Delete
      </Button>
      <ImportButton />
    </div>
  );
}

/** Opens the file picker; files can as well be dropped anywhere on the page. */
export function ImportButton() {
  return (
    <FileButton multiple accept=".csv,.gz,.zip,.txt" onChange={(files) => useImports.getState().add(files)}>
      {(props) => (
        <Button {...props} leftSection={<IconFileImport size={14} />}>
          Import files
        </Button>
      )}
    </FileButton>
  );
}
