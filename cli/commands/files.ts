import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { Option } from 'commander';
import { PNG } from 'pngjs';
import { quantisationSchema } from '@/lib/contract/manifest.ts';
import type { Bars } from '@/lib/core/bar.ts';
import { composeImage } from '@/lib/core/image/compose.ts';
import { fitQuantisation, type QuantisationRow } from '@/lib/core/image/quantisation.ts';
import { IMAGE } from '@/lib/core/image/schema.ts';
import { allocateIndicators, computeIndicators } from '@/lib/core/indicator/compute-indicators.ts';
import type { Indicators } from '@/lib/core/indicator/indicators.ts';
import { DEFAULT_RULE_SET, LITERAL_RULE_SET } from '@/lib/core/rule/rule-set.ts';
import { scanSeries } from '@/lib/core/scan.ts';
import { CONTINUOUS_MARKET, findSegments } from '@/lib/core/segment.ts';
import { createNpy } from '@/lib/server/dataset/npy.ts';
import { Problem } from '@/lib/server/host/problem.mjs';
import { type BarFile, readBarFile } from '../bar-file.ts';

const RULE_SETS = { '1': DEFAULT_RULE_SET, literal: LITERAL_RULE_SET } as const;

/** Commands over one bar file that need no database. */
export function addFileCommands(program: Command): void {
  program
    .command('rules <file>')
    .description(
      'the weak-labelled events of a bar file as JSON lines, then the class counts over all valid windows',
    )
    .option('--timeframe <timeframe>', 'where the name does not tell, such as 15m')
    .addOption(
      new Option('--rule-set <which>', 'built-in rule set').choices(Object.keys(RULE_SETS)).default('1'),
    )
    .action(async (path: string, options: { timeframe?: string; ruleSet: keyof typeof RULE_SETS }) => {
      const file = await readBarFile(path, options.timeframe);
      printEvents(file, options.ruleSet);
    });
  program
    .command('image <file>')
    .description('the 64×64×3 image of one window, as .npy and .png')
    .requiredOption('--at <ts>', "open time of the window's last bar: milliseconds, or an ISO date")
    .option('--timeframe <timeframe>', 'where the name does not tell, such as 15m')
    .option('--metrics <file>', "a model's metrics.json, for its quantisation; else fitted on this file")
    .option('--out <path>', 'without the ending', 'window')
    .action(
      async (path: string, options: { at: string; timeframe?: string; metrics?: string; out: string }) => {
        const file = await readBarFile(path, options.timeframe);
        const t = barAt(file.bars, options.at, path);
        const indicators = indicatorsOf(file);
        const quantisation = options.metrics
          ? await quantisationIn(options.metrics)
          : fitOn(file, indicators);
        const image = new Uint8Array(IMAGE.bytes);
        composeImage(image, 0, file.bars, indicators, t, quantisation);
        const npy = await createNpy(`${options.out}.npy`, '|u1', [IMAGE.size, IMAGE.channels]);
        await npy.append(image);
        await npy.finish();
        await writeFile(`${options.out}.png`, encodePng(image));
        console.log(`${options.out}.npy ${options.out}.png`);
      },
    );
}

function printEvents({ bars, timeframeMs }: BarFile, ruleSet: keyof typeof RULE_SETS): void {
  const result = scanSeries(bars, {
    timeframeMs,
    segmentSettings: CONTINUOUS_MARKET,
    ruleSet: RULE_SETS[ruleSet],
    lookbackDays: 'all',
    seed: 1,
  });
  for (const { kind, ts, t, weakClass, direction, poleKatr, votes } of result.kept) {
    if (kind !== 'event') continue;
    const marks = votes.find((vote) => vote.rule === weakClass)?.marks;
    const poleStart = marks?.kind === 'flag' ? bars.ts[t + marks.pole.start] : null;
    console.log(
      JSON.stringify({ ts, class: weakClass, direction, pole_katr: poleKatr, pole_start: poleStart, votes }),
    );
  }
  const { validWindows, undecidedWindows, classes } = result;
  console.log(JSON.stringify({ valid_windows: validWindows, undecided: undecidedWindows, classes }));
}

function barAt(bars: Bars, at: string, path: string): number {
  const ts = /^\d+$/.test(at) ? Number(at) : Date.parse(at);
  if (Number.isNaN(ts))
    throw new Problem(`--at ${at} is neither milliseconds nor an ISO date such as 2025-03-14T07:00Z.`);
  const t = bars.ts.indexOf(ts);
  if (t < 0) throw new Problem(`${path} has no bar that opens at ${at}.`);
  const { size } = IMAGE;
  if (t < size - 1)
    throw new Problem(
      `The bar at ${at} is number ${t + 1} of the file; a window is ${size} bars and ends with it.`,
    );
  return t;
}

function indicatorsOf({ bars, timeframeMs }: BarFile): Indicators {
  const indicators = allocateIndicators(bars.length);
  for (const { from, to } of findSegments(bars.ts, timeframeMs, CONTINUOUS_MARKET)) {
    computeIndicators(bars, from, to, null, indicators);
  }
  return indicators;
}

function fitOn({ bars, timeframeMs }: BarFile, indicators: Indicators): QuantisationRow {
  const fit = fitQuantisation();
  for (const { from, to } of findSegments(bars.ts, timeframeMs, CONTINUOUS_MARKET)) {
    fit.add('file', bars, indicators, from, to);
  }
  return fit.finish().global;
}

async function quantisationIn(path: string): Promise<QuantisationRow> {
  const parsed = quantisationSchema.safeParse(JSON.parse(await readFile(path, 'utf8')).quantisation);
  if (!parsed.success) throw new Problem(`${path} holds no quantisation table of feature schema 1.`);
  return parsed.data.global;
}

function encodePng(image: Uint8Array): Buffer {
  const { size, channels } = IMAGE;
  const png = new PNG({ width: size, height: size });
  for (let i = 0; i < size * size; i++) {
    png.data.set(image.subarray(i * channels, i * channels + channels), i * 4);
    png.data[i * 4 + 3] = 255;
  }
  return PNG.sync.write(png);
}
