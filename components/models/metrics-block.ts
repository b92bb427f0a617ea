import type { Version } from '@/lib/contract/models.ts';

/** Figures of one split, label source and mix. */
export type MetricsBlock = NonNullable<Version['test']['sampled']>;
