import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Bench, Figure } from './figure.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const RESULTS = join(FOLDER, 'results');

function isBench(value: unknown): value is Bench {
  if (!(value instanceof Object) || !('run' in value) || !('name' in value)) return false;
  return typeof value.run === 'function' && typeof value.name === 'string';
}

/** Every file of this folder whose default export is a benchmark. */
async function findBenches(): Promise<Bench[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const benches: Bench[] = [];
  for (const file of files.sort()) {
    if (file === 'run.ts' || file === 'report.ts') continue;
    const loaded: { default?: unknown } = await import(pathToFileURL(join(FOLDER, file)).href);
    if (isBench(loaded.default)) benches.push(loaded.default);
  }
  return benches;
}

function humanLine({ bench, figure, value, unit, limit, n, size }: Figure): string {
  const rounded = Number(value.toPrecision(4)).toLocaleString('en');
  const goal = limit === null ? '' : `, to reach ${limit.toLocaleString('en')}`;
  return `${bench} ${figure}: ${rounded} ${unit}${goal} (n ${n}, ${size})`;
}

/** Keeps the figures of a run in place of the former run of the same machine; other machines' lines stay. */
function keep(name: string, figures: readonly Figure[]): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${name}.jsonl`);
  const machines = new Set(figures.map((figure) => JSON.stringify(figure.machine)));
  const former = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const others = former.filter(
    (line) => line !== '' && ![...machines].some((machine) => line.includes(machine)),
  );
  const lines = [...others, ...figures.map((figure) => JSON.stringify(figure))];
  writeFileSync(`${file}.part`, `${lines.join('\n')}\n`);
  renameSync(`${file}.part`, file);
}

async function main(): Promise<void> {
  const quick = process.argv.includes('--quick');
  const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
  const benches = await findBenches();
  const unknown = wanted.filter((name) => !benches.some((bench) => bench.name === name));
  if (unknown.length > 0) {
    const known = benches.map((bench) => bench.name).join(', ');
    throw new Error(`no benchmark is named ${unknown.join(', ')}; there are ${known}`);
  }
  const figures: Figure[] = [];
  for (const bench of benches) {
    if (wanted.length > 0 && !wanted.includes(bench.name)) continue;
    console.log(`${bench.name}: ${bench.about}`);
    const measured = await bench.run({ quick });
    keep(bench.name, measured);
    for (const figure of measured) console.log(`  ${humanLine(figure)}`);
    figures.push(...measured);
  }
  for (const figure of figures) console.log(JSON.stringify(figure));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
