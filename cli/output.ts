import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';

/** Whether `--json` was given, before or after the command's name. */
export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals().json === true;
}

/** Answers with JSON for programs, or with what `words` prints for people. */
export function answer(command: Command, value: unknown, words: () => void): void {
  if (wantsJson(command)) console.log(JSON.stringify(value, null, 1));
  else words();
}

/** A table with its columns lined up; numbers to the right. */
export function printTable(rows: readonly Record<string, string | number | null>[], empty: string): void {
  if (rows.length === 0) {
    console.log(empty);
    return;
  }
  const names = Object.keys(rows[0]);
  const cells = rows.map((row) => names.map((name) => formatCell(row[name])));
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i].length)));
  const right = names.map((name) => rows.every((row) => row[name] === null || typeof row[name] === 'number'));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (right[i] ? cell.padStart(widths[i]) : cell.padEnd(widths[i])))
      .join('  ')
      .trimEnd();
  console.log(line(names));
  for (const row of cells) console.log(line(row));
}

function formatCell(value: string | number | null): string {
  if (value === null) return '-';
  return typeof value === 'number' ? value.toLocaleString('en') : value;
}

export interface Progress {
  update(fraction: number | null, message: string): void;
  end(): void;
}

/** A progress bar on a terminal; elsewhere nothing, so that logs and pipes stay clean. */
export function startProgress(title: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined };
  const bar = new SingleBar(
    {
      format: `${title} {bar} {percentage}% {message}`,
      stream: process.stderr,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(100, 0, { message: '' });
  return {
    update: (fraction, message) => bar.update(Math.round((fraction ?? 0) * 100), { message }),
    end: () => bar.stop(),
  };
}
