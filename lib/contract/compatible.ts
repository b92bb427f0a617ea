import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import { CLASS_IDS } from './classes.ts';

/** What a model was trained on. */
export interface ModelInput {
  readonly featureSchema: number;
  readonly classMap: readonly string[];
}

/**
 * Why this app cannot run a model, in words that follow the model's name, or null where it can. A model made for other
 * images or other classes must not be run at all: its figures would look right and be wrong.
 */
export function whyIncompatible({ featureSchema, classMap }: ModelInput): string | null {
  if (featureSchema !== FEATURE_SCHEMA.version) {
    return `reads images of feature schema ${featureSchema}; this app composes schema ${FEATURE_SCHEMA.version}`;
  }
  if (classMap.length !== CLASS_IDS.length || CLASS_IDS.some((id, i) => classMap[i] !== id)) {
    return `answers the classes ${classMap.join(', ')}; this app knows ${CLASS_IDS.join(', ')}, in this order`;
  }
  return null;
}
