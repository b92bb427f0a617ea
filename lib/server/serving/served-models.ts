import { allocateInputs, type ModelInputs } from '@/lib/core/image/inputs.ts';
import type { Quantisation } from '@/lib/core/image/quantisation.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';
import { logger } from '../log.ts';
import { type BatchLimits, type Claim, type Classification, MicroBatch } from './micro-batch.ts';
import type { ModelFile, ModelSession } from './session.ts';

/** A version with all that serving it takes. */
export interface ServableVersion {
  readonly file: ModelFile;
  readonly quantisation: Quantisation;
  /** Operating threshold on each class's probability; null where a class has none. */
  readonly thresholds: readonly (number | null)[];
}

export interface VersionSource {
  /** Null before the first promotion. */
  championName(): Promise<string | null>;
  /** @throws Refusal `not_found` */
  load(name: string): Promise<ServableVersion>;
}

export interface ServingSettings {
  readonly batch: BatchLimits;
  /** Versions held open, the champion among them; those in use may be more for a moment. */
  readonly mostOpen: number;
  /** A version that is no champion is released once nobody has asked it for so long. */
  readonly releaseAfterMs: number;
  /** A champion whose file could not be opened is tried again after so long. */
  readonly retryAfterMs: number;
}

/** A version that answers. */
export interface ServedModel extends ServableVersion {
  readonly name: string;
  /** Whose inputs it reads. */
  readonly schema: FeatureSchema;
  classify(window: ModelInputs, claim: Claim): Promise<Classification>;
}

interface OpenModel extends ServedModel {
  readonly session: ModelSession;
  users: number;
  lastUsed: number;
  /** No longer to be found; released once its last user is done. */
  retired: boolean;
}

/**
 * The versions that calls are answered by: the champion, and those that callers name. A promotion changes who gets the
 * calls that come from then on; a former champion finishes what it has and is released when it is no longer asked.
 */
export class ServedModels {
  private readonly open = new Map<string, OpenModel>();
  private readonly opening = new Map<string, Promise<OpenModel>>();
  private readonly releasing = new Set<Promise<void>>();
  private champion: OpenModel | null = null;
  private failed: { readonly name: string; readonly reason: unknown; readonly at: number } | null = null;

  constructor(
    private readonly source: VersionSource,
    private readonly openSession: (file: ModelFile) => Promise<ModelSession>,
    private readonly settings: ServingSettings,
    private readonly now: () => number = Date.now,
  ) {}

  /** The version that answers calls which name none; null where there is none that can be run. */
  get championName(): string | null {
    return this.champion?.name ?? null;
  }

  /** Looks where the alias points, and releases what is no longer asked. To be called every second or so. */
  async refresh(): Promise<void> {
    const name = await this.source.championName();
    if (name !== null && name !== this.championName) await this.follow(name);
    for (const model of this.idle()) {
      if (this.now() - model.lastUsed >= this.settings.releaseAfterMs) this.retire(model);
    }
  }

  /**
   * Gives `work` a version that stays open until it is done.
   * @param name null for the champion
   * @throws Refusal `conflict` where there is no champion, `not_found` where there is no such version
   */
  async use<Result>(name: string | null, work: (model: ServedModel) => Promise<Result>): Promise<Result> {
    const model = await this.take(name);
    try {
      return await work(model);
    } finally {
      model.users--;
      model.lastUsed = this.now();
      this.releaseIfDone(model);
    }
  }

  /** Releases everything, each version once its last user is done. */
  async close(): Promise<void> {
    await Promise.allSettled(this.opening.values());
    this.champion = null;
    for (const model of [...this.open.values()]) this.retire(model);
    await Promise.all(this.releasing);
  }

  private async take(name: string | null): Promise<OpenModel> {
    for (;;) {
      const model = name === null ? this.requireChampion() : await this.find(name);
      // It may have been retired in the moment since it was found.
      if (model.retired) continue;
      model.users++;
      return model;
    }
  }

  private requireChampion(): OpenModel {
    if (this.champion) return this.champion;
    if (this.failed) throw this.failed.reason;
    throw new Refusal(
      'conflict',
      'No version is champion yet: an admin promotes one on the Models page or by "halyard model promote VERSION --reason WHY".',
    );
  }

  private async follow(name: string): Promise<void> {
    const { failed } = this;
    if (failed?.name === name && this.now() - failed.at < this.settings.retryAfterMs) return;
    try {
      const model = await this.find(name);
      if (model.retired) return; // found again at the next look
      this.champion = model;
      this.failed = null;
      logger.info({ version: name }, 'serves the champion');
    } catch (error) {
      this.failed = { name, reason: error, at: this.now() };
      logger.error({ err: error, version: name }, 'the champion cannot be served; what was served goes on');
    }
  }

  private async find(name: string): Promise<OpenModel> {
    const open = this.open.get(name);
    if (open) return open;
    const opening = this.opening.get(name) ?? this.load(name);
    this.opening.set(name, opening);
    return opening;
  }

  private async load(name: string): Promise<OpenModel> {
    try {
      const version = await this.source.load(name);
      const session = await this.openSession(version.file);
      // The first run allocates what the later ones use.
      await session.run(allocateInputs(session.schema, 1));
      const batch = new MicroBatch(session, this.settings.batch);
      const classify = (window: ModelInputs, claim: Claim) => batch.classify(window, claim);
      const state = { users: 0, lastUsed: this.now(), retired: false };
      const model: OpenModel = { ...version, name, schema: session.schema, session, classify, ...state };
      this.retireBeyond(this.settings.mostOpen - 1);
      this.open.set(name, model);
      return model;
    } finally {
      this.opening.delete(name);
    }
  }

  /** Those that nobody uses at the moment, least recently used first. */
  private idle(): OpenModel[] {
    const others = [...this.open.values()].filter((model) => model !== this.champion && model.users === 0);
    return others.sort((a, b) => a.lastUsed - b.lastUsed);
  }

  private retireBeyond(most: number): void {
    const excess = this.open.size - most;
    if (excess > 0) for (const model of this.idle().slice(0, excess)) this.retire(model);
  }

  private retire(model: OpenModel): void {
    model.retired = true;
    this.open.delete(model.name);
    this.releaseIfDone(model);
  }

  private releaseIfDone(model: OpenModel): void {
    if (!model.retired || model.users > 0) return;
    const release = model.session
      .release()
      .catch((error: unknown) =>
        logger.warn({ err: error, version: model.name }, 'a version was not released'),
      )
      .finally(() => this.releasing.delete(release));
    this.releasing.add(release);
  }
}
