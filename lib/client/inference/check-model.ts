import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { compatibilityOf } from '@/lib/contract/compatible.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import type { ModelToLoad } from '@/workers/browser/inference-protocol.ts';

/** A version that this page can run, or why it cannot, in words. */
export type CheckedModel =
  | { readonly ok: true; readonly model: ModelToLoad }
  | { readonly ok: false; readonly words: string };

/** Refuses a version that was made for inputs that this app does not know, or other classes than its own. */
export function checkModel(served: ServedModel): CheckedModel {
  const { version } = served;
  const compatibility = compatibilityOf(served);
  if (!compatibility.ok)
    return { ok: false, words: `Model ${version} is not used: it ${compatibility.why}.` };
  return {
    ok: true,
    model: {
      version,
      url: served.url,
      sha256: served.sha256,
      schema: compatibility.schema,
      quantisation: served.quantisation,
      classCount: CLASS_IDS.length,
    },
  };
}
