import { type ModelInput, whyIncompatible } from '@/lib/contract/compatible.ts';
import { Refusal } from '../error.ts';

export interface ModelIdentity extends ModelInput {
  readonly name: string;
}

/**
 * A model sees what it was trained on, or it is not run at all.
 * @throws Refusal `conflict` naming what differs and what to do
 */
export function requireCompatible(model: ModelIdentity): void {
  const why = whyIncompatible(model);
  if (why !== null) {
    throw new Refusal('conflict', `Version ${model.name} ${why}. Train a version on a dataset of this app.`);
  }
}
