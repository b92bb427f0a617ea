import { CLASS_COUNT } from '@/lib/contract/classes.ts';
import { EMBEDDING_SIZE } from '@/lib/contract/models.ts';
import { allocateInputs, type ModelInputs, sliceInputs } from '@/lib/core/image/inputs.ts';
import { AUX_LENGTH, IMAGE } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';
import type { ModelOutput, ModelSession } from './session.ts';

/** What a model says of one image. */
export interface Classification {
  /** One a class, calibrated for natural prevalence. */
  readonly probabilities: Float32Array;
  readonly quality: number;
  /** Null where the model gives no finite height. */
  readonly poleKatr: number | null;
  readonly embedding: Float32Array;
}

export interface BatchLimits {
  /** Images run together at most. */
  readonly images: number;
  /** Images that may wait; one more is refused. */
  readonly waiting: number;
}

/** For whom an image is run. */
export interface Claim {
  /** False once nobody waits for the answer any more: cancelled, or past its deadline. */
  isWanted(): boolean;
  /** Whether to wait for a place instead of being refused one. */
  readonly patient: boolean;
}

/** The answer of an image that nobody waited for any more; whoever sees it has left already. */
export class Abandoned extends Error {
  constructor() {
    super('the call has ended');
    this.name = 'Abandoned';
  }
}

interface Waiting {
  readonly window: ModelInputs;
  readonly claim: Claim;
  resolve(answer: Classification): void;
  reject(reason: unknown): void;
}

/** A first guess of the time one image takes, ms; what is measured soon outweighs it. */
const FIRST_GUESS_MS = 2;
const NEWEST_WEIGHT = 0.2;

/**
 * Runs images that arrive one by one in batches: whatever waits when the session is free goes together, so a lone image
 * waits for nobody and a crowd shares the cost of a run.
 */
export class MicroBatch {
  private waiting: Waiting[] = [];
  private working = false;
  private msAnImage = FIRST_GUESS_MS;
  /** Called once places have become free. */
  private patient: (() => void)[] = [];
  private readonly inputs: ModelInputs;

  constructor(
    private readonly session: Pick<ModelSession, 'run' | 'schema'>,
    private readonly limits: BatchLimits,
  ) {
    this.inputs = allocateInputs(session.schema, limits.images);
  }

  /**
   * @param window one, not changed until the answer is there
   * @throws Refusal `too_many` where as many wait as may, Abandoned where the answer was no longer wanted
   */
  async classify(window: ModelInputs, claim: Claim): Promise<Classification> {
    while (this.isFull()) {
      if (!claim.patient) throw this.tooMany();
      await new Promise<void>((resolve) => this.patient.push(resolve));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ window, claim, resolve, reject });
      this.start();
    });
  }

  private isFull(): boolean {
    if (this.waiting.length < this.limits.waiting) return false;
    this.dropUnwanted();
    return this.waiting.length >= this.limits.waiting;
  }

  private tooMany(): Refusal {
    const { waiting } = this;
    const ms = Math.ceil(waiting.length * this.msAnImage);
    return new Refusal(
      'too_many',
      `${waiting.length} images wait already, as many as may: send this one again in about ${ms} ms, send fewer at a time, or use ClassifyStream, which waits by itself.`,
    );
  }

  /** After what else came in with the same read of the network, so that it is in the same batch. */
  private start(): void {
    if (this.working) return;
    this.working = true;
    setImmediate(() => void this.work());
  }

  private async work(): Promise<void> {
    for (;;) {
      const batch = this.take();
      if (batch.length === 0) break;
      await this.run(batch);
    }
    this.working = false;
  }

  private take(): Waiting[] {
    this.dropUnwanted();
    const batch = this.waiting.splice(0, this.limits.images);
    for (const look of this.patient.splice(0)) look();
    return batch;
  }

  private dropUnwanted(): void {
    const wanted: Waiting[] = [];
    for (const one of this.waiting) {
      if (one.claim.isWanted()) wanted.push(one);
      else one.reject(new Abandoned());
    }
    this.waiting = wanted;
  }

  private async run(batch: readonly Waiting[]): Promise<void> {
    for (const [i, { window }] of batch.entries()) {
      this.inputs.images.set(window.images, i * IMAGE.bytes);
      if (window.aux !== null) this.inputs.aux?.set(window.aux, i * AUX_LENGTH);
    }
    const began = performance.now();
    try {
      const output = await this.session.run(sliceInputs(this.inputs, 0, batch.length));
      for (const [i, one] of batch.entries()) one.resolve(rowOf(output, i));
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
    const newest = (performance.now() - began) / batch.length;
    this.msAnImage += NEWEST_WEIGHT * (newest - this.msAnImage);
  }
}

function rowOf(output: ModelOutput, i: number): Classification {
  const pole = output.poleKatr[i];
  return {
    probabilities: output.probabilities.subarray(i * CLASS_COUNT, (i + 1) * CLASS_COUNT),
    quality: output.quality[i],
    poleKatr: Number.isFinite(pole) ? pole : null,
    embedding: output.embedding.subarray(i * EMBEDDING_SIZE, (i + 1) * EMBEDDING_SIZE),
  };
}
