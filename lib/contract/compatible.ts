import { FEATURE_SCHEMA_VERSIONS, type FeatureSchema, isFeatureSchema } from '@/lib/core/image/schema.ts';
import { CLASS_IDS } from './classes.ts';

/** What a model was trained on. */
export interface ModelInput {
  readonly featureSchema: number;
  readonly classMap: readonly string[];
}

/** A model that this app can run, by the schema whose inputs it is given; or why it cannot, in words that follow its name. */
export type Compatibility =
  | { readonly ok: true; readonly schema: FeatureSchema }
  | { readonly ok: false; readonly why: string };

/**
 * Whether this app can run a model. One made for other inputs or other classes must not be run at all: its figures would
 * look right and be wrong.
 */
export function compatibilityOf({ featureSchema, classMap }: ModelInput): Compatibility {
  if (!isFeatureSchema(featureSchema)) {
    const known = FEATURE_SCHEMA_VERSIONS.join(' and ');
    return { ok: false, why: `reads feature schema ${featureSchema}; this app composes schemas ${known}` };
  }
  if (classMap.length !== CLASS_IDS.length || CLASS_IDS.some((id, i) => classMap[i] !== id)) {
    return {
      ok: false,
      why: `answers the classes ${classMap.join(', ')}; this app knows ${CLASS_IDS.join(', ')}, in this order`,
    };
  }
  return { ok: true, schema: featureSchema };
}
