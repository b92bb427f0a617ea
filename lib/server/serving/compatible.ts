import { compatibilityOf, type ModelInput } from '@/lib/contract/compatible.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { Refusal } from '../error.ts';

export interface ModelIdentity extends ModelInput {
  readonly name: string;
}

/**
 * A model sees what it was trained on, or it is not run at all.
 * @returns the feature schema whose inputs it is given
 * @throws Refusal `conflict` naming what differs and what to do
 */
export function requireCompatible(model: ModelIdentity): FeatureSchema {
  const compatibility = compatibilityOf(model);
  if (compatibility.ok) return compatibility.schema;
  throw new Refusal(
    'conflict',
    `Version ${model.name} ${compatibility.why}. Train a version on a dataset of this app.`,
  );
}
