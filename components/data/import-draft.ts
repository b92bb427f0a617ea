import {
  BAR_COLUMNS,
  type BarColumn,
  type ColumnMapping,
  type FilePreview,
  importFileSchema,
} from '@/lib/contract/data.ts';
import type { z } from '@/lib/contract/zod.ts';

/** A file on its way in: sent to be looked at, looked over by a person, then imported by a job. */
export interface ImportDraft {
  readonly key: string;
  readonly file: File;
  readonly state: 'waiting' | 'uploading' | 'ready' | 'unread' | 'sending' | 'sent';
  readonly preview: FilePreview | null;
  readonly venue: string;
  readonly symbol: string;
  readonly timeframe: string;
  readonly columns: ColumnMapping;
  /** Why it could not be read or sent. */
  readonly error: string | null;
  readonly jobId: string | null;
}

type Guess = 'venue' | 'symbol' | 'timeframe';
export type Correction = Partial<Record<Guess, string>> & { columns?: ColumnMapping };
export type DraftProblems = Partial<Record<Guess | BarColumn, string>>;

const OPTIONAL: ReadonlySet<BarColumn> = new Set(['taker_buy_volume']);
const GUESSES: readonly Guess[] = ['venue', 'symbol', 'timeframe'];

export const COLUMN_NAMES: Record<BarColumn, string> = {
  ts: 'Open time',
  open: 'Open',
  high: 'High',
  low: 'Low',
  close: 'Close',
  volume: 'Volume',
  taker_buy_volume: 'Taker-buy volume',
};

export function newDraft(key: string, file: File): ImportDraft {
  return {
    key,
    file,
    state: 'waiting',
    preview: null,
    venue: '',
    symbol: '',
    timeframe: '',
    columns: {},
    error: null,
    jobId: null,
  };
}

/** The draft with what the server made of its file. */
export function withPreview(draft: ImportDraft, preview: FilePreview): ImportDraft {
  return {
    ...draft,
    state: 'ready',
    error: null,
    preview,
    venue: draft.venue || (preview.venue ?? ''),
    symbol: preview.symbol ?? '',
    timeframe: preview.timeframe ?? '',
    columns: preview.columns,
  };
}

/** What is missing or wrong before a draft can be imported, by field, in words. */
export function problemsOf(draft: ImportDraft): DraftProblems {
  if (!draft.preview) return {};
  const problems: DraftProblems = {};
  const parsed = importFileSchema.safeParse(toImport(draft, draft.preview));
  for (const { path, message } of parsed.error?.issues ?? []) {
    const field = GUESSES.find((guess) => guess === path[0]);
    if (field) problems[field] ??= draft[field] === '' ? `${field} is missing` : message;
  }
  for (const column of BAR_COLUMNS) {
    if (draft.columns[column] === undefined && !OPTIONAL.has(column)) {
      problems[column] = `say which column is ${COLUMN_NAMES[column].toLowerCase()}`;
    }
  }
  return problems;
}

export function isReady(draft: ImportDraft): boolean {
  return draft.state === 'ready' && Object.keys(problemsOf(draft)).length === 0;
}

export function toImport(draft: ImportDraft, preview: FilePreview): z.input<typeof importFileSchema> {
  const { venue, symbol, timeframe, columns } = draft;
  return { uploadId: preview.uploadId, venue, symbol, timeframe, columns };
}

/** The mapping with one column read from another header, or from none. */
export function mapColumn(columns: ColumnMapping, column: BarColumn, header: string | null): ColumnMapping {
  const { [column]: _, ...others } = columns;
  return header === null ? others : { ...others, [column]: header };
}

/** `6 of 7 columns`. */
export function columnsFound(columns: ColumnMapping): string {
  return `${BAR_COLUMNS.filter((column) => columns[column] !== undefined).length} of ${BAR_COLUMNS.length}`;
}
