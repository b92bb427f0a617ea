import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';

export interface ModelIdentity {
  readonly name: string;
  readonly featureSchema: number;
  readonly classMap: readonly string[];
}

/**
 * A model sees what it was trained on, or it is not run at all.
 * @throws Refusal `conflict` naming what differs and what to do
 */
export function requireCompatible({ name, featureSchema, classMap }: ModelIdentity): void {
  if (featureSchema !== FEATURE_SCHEMA.version) {
    throw new Refusal(
      'conflict',
      `Version ${name} reads images of feature schema ${featureSchema}; this app composes schema ${FEATURE_SCHEMA.version}. Train a version on a dataset of this app.`,
    );
  }
  if (classMap.length !== CLASS_IDS.length || CLASS_IDS.some((id, i) => classMap[i] !== id)) {
    throw new Refusal(
      'conflict',
      `Version ${name} answers the classes ${classMap.join(', ')}; this app knows ${CLASS_IDS.join(', ')}, in this order. Train a version on a dataset of this app.`,
    );
  }
}
