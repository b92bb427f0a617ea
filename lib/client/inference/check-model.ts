import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { whyIncompatible } from '@/lib/contract/compatible.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import type { ModelToLoad } from '@/workers/browser/inference-protocol.ts';

/** A version that this page can run, or why it cannot, in words. */
export type CheckedModel =
  | { readonly ok: true; readonly model: ModelToLoad }
  | { readonly ok: false; readonly words: string };

/** Refuses a version that was made for other images or other classes than this app's. */
export function checkModel(served: ServedModel): CheckedModel {
  const { version } = served;
  const why = whyIncompatible(served);
  if (why !== null) return { ok: false, words: `Model ${version} is not used: it ${why}.` };
  return {
    ok: true,
    model: {
      version,
      url: served.url,
      sha256: served.sha256,
      quantisation: served.quantisation,
      classCount: CLASS_IDS.length,
    },
  };
}
