import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = join(FOLDER, 'results');
const PAGE = join(FOLDER, '..', 'docs', 'performance.md');

/** Figures where more is better; all others are times. */
const RATES = new Set(['bars/s', 'windows/s', 'images/s', 'items/s', '1/s', 'of the bare loop']);

function verdict({ value, limit, unit }: Figure): string {
  if (limit === null) return '';
  return (RATES.has(unit) ? value >= limit : value <= limit) ? 'reached' : '**not reached**';
}

function row(figure: Figure): string {
  const shown = Number(figure.value.toPrecision(3)).toLocaleString('en');
  const limit = figure.limit === null ? '' : figure.limit.toLocaleString('en');
  return `| \`${figure.bench}\` | ${figure.figure} | ${shown} ${figure.unit} | ${limit} | ${verdict(figure)} | ${figure.n} | ${figure.size} |`;
}

/** Writes docs/performance.md from the kept results, one table a machine. */
function main(): void {
  const figures = readdirSync(RESULTS)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .flatMap((file) => readFileSync(join(RESULTS, file), 'utf8').split('\n').filter(Boolean))
    .map((line): Figure => JSON.parse(line));
  const machines = [...new Set(figures.map((figure) => figure.machine))];
  const parts = machines.map((machine) => {
    const rows = figures.filter((figure) => figure.machine === machine).map(row);
    const head = '| benchmark | figure | measured | to reach | | n | on |\n|---|---|---:|---:|---|---:|---|';
    return `## ${machine}\n\n${head}\n${rows.join('\n')}`;
  });
  const about = [
    '# Performance',
    '',
    'Made by `npm run bench:report` from `bench/results`, which `npm run bench` keeps. A machine that does other work at the same',
    'time is slower: compare ratios within one run. What is measured, and how cost grows, is said at the top of each `bench/` file.',
  ].join('\n');
  writeFileSync(PAGE, `${about}\n\n${parts.join('\n\n')}\n`);
}

main();
