import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { seriesKey } from '@/lib/contract/manifest.ts';
import { versionNameSchema } from '@/lib/contract/models.ts';
import type { Bars } from '@/lib/core/bar.ts';
import type { ModelInputs } from '@/lib/core/image/inputs.ts';
import { quantisationFor } from '@/lib/core/image/quantisation.ts';
import { AUX_LENGTH, FEATURE_SCHEMAS, IMAGE } from '@/lib/core/image/schema.ts';
import { CONTINUOUS_MARKET, type SegmentSettings } from '@/lib/core/segment.ts';
import { type Program, requireScope } from '../auth/program.ts';
import { Refusal } from '../error.ts';
import { composeLastWindow } from '../serving/last-window.ts';
import type { Claim, Classification } from '../serving/micro-batch.ts';
import type { ServableVersion, ServedModel, ServedModels } from '../serving/served-models.ts';

/** An image that a caller composed. */
export interface ImageInput {
  readonly pixels: Uint8Array;
  readonly featureSchema: number;
  /** Empty for feature schema 1. */
  readonly aux: readonly number[];
  /** Empty for the champion. */
  readonly modelVersion: string;
}

/** Bars whose last window is asked about. */
export interface BarsInput {
  readonly bars: Bars;
  readonly timeframe: string;
  /** Both empty where the series is none that this app may know. */
  readonly venue: string;
  readonly symbol: string;
  readonly modelVersion: string;
}

export interface Classified extends Classification {
  readonly classId: ClassId;
  readonly modelVersion: string;
  readonly championVersion: string | null;
}

export interface DescribedModel extends ServableVersion {
  readonly championVersion: string | null;
}

type SeriesName = { readonly venue: string; readonly symbol: string; readonly timeframe: string };

/** What other programs ask of the models. */
export class Classifier {
  constructor(
    private readonly models: ServedModels,
    /** The gaps that a series of this app may have; null for one it does not know. */
    private readonly settingsOf: (series: SeriesName) => Promise<SegmentSettings | null>,
  ) {}

  /** @throws Refusal naming what is wrong with the image, its place and what would be right */
  async classifyImage(program: Program, input: ImageInput, claim: Claim): Promise<Classified> {
    requireScope(program, 'classify');
    return this.models.use(requestedVersion(input), (model) =>
      this.answer(model, inputsOf(input, model), claim),
    );
  }

  /** @throws Refusal naming the bar that is wrong, its value and what is needed */
  async classifyBars(program: Program, input: BarsInput, claim: Claim): Promise<Classified> {
    requireScope(program, 'classify');
    const settings = await this.segmentSettings(input);
    return this.models.use(requestedVersion(input), (model) => {
      const row = quantisationFor(model.quantisation, seriesKey(input));
      const window = composeLastWindow(input.bars, input.timeframe, settings, row, model.schema);
      return this.answer(model, window, claim);
    });
  }

  /** What a program needs to compose images for a version by itself. */
  async describeModel(program: Program, input: { readonly modelVersion: string }): Promise<DescribedModel> {
    requireScope(program, 'model');
    return this.models.use(requestedVersion(input), async (model) => ({
      file: model.file,
      quantisation: model.quantisation,
      thresholds: model.thresholds,
      championVersion: this.models.championName,
    }));
  }

  private async answer(model: ServedModel, window: ModelInputs, claim: Claim): Promise<Classified> {
    const said = await model.classify(window, claim);
    const best = said.probabilities.indexOf(Math.max(...said.probabilities));
    return {
      ...said,
      classId: CLASS_IDS[best],
      modelVersion: model.name,
      championVersion: this.models.championName,
    };
  }

  private async segmentSettings(input: BarsInput): Promise<SegmentSettings> {
    const { venue, symbol } = input;
    if ((venue === '') !== (symbol === '')) {
      throw new Refusal('invalid', `venue is "${venue}" and symbol "${symbol}": name both, or neither.`);
    }
    return (symbol === '' ? null : await this.settingsOf(input)) ?? CONTINUOUS_MARKET;
  }
}

function requestedVersion({ modelVersion }: { readonly modelVersion: string }): string | null {
  if (modelVersion === '') return null;
  if (versionNameSchema.safeParse(modelVersion).success) return modelVersion;
  throw new Refusal(
    'invalid',
    `model_version is "${modelVersion.slice(0, 40)}": a version reads v0_3_0; leave it empty for the champion.`,
  );
}

/** An image that was sent, as what its model reads. */
function inputsOf({ pixels, featureSchema, aux }: ImageInput, { name, schema }: ServedModel): ModelInputs {
  const { bytes, size, channels } = IMAGE;
  if (featureSchema !== schema) {
    throw new Refusal(
      'invalid',
      `feature_schema is ${featureSchema || 'missing'}: version ${name} reads feature schema ${schema}, composed by what GetModel tells of it.`,
    );
  }
  if (pixels.length !== bytes) {
    throw new Refusal(
      'invalid',
      `pixels has ${pixels.length} bytes, and ${bytes} are needed: ${size} rows of ${size} columns of ${channels} channels, a byte each.`,
    );
  }
  const readsAux = FEATURE_SCHEMAS[schema].inputs.some((input) => input === 'aux');
  if (aux.length !== (readsAux ? AUX_LENGTH : 0)) {
    throw new Refusal(
      'invalid',
      `aux has ${aux.length} values, and version ${name} of feature schema ${schema} takes ${readsAux ? `${AUX_LENGTH}: send all of them` : 'none: leave it out'}.`,
    );
  }
  const unusable = aux.findIndex((value) => !Number.isFinite(value));
  if (unusable >= 0) {
    throw new Refusal('invalid', `aux[${unusable}] is ${aux[unusable]}: what is not known is sent as 0.`);
  }
  return { count: 1, images: pixels, aux: readsAux ? Float32Array.from(aux) : null };
}
