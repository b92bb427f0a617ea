import { CLASS_IDS } from '@/lib/contract/classes.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import type { ModelToLoad } from '@/workers/browser/inference-protocol.ts';

/** A version that this page can run, or why it cannot, in words. */
export type CheckedModel =
  | { readonly ok: true; readonly model: ModelToLoad }
  | { readonly ok: false; readonly words: string };

/** Refuses a version made for other images or other classes than this app's: its figures would look right and be wrong. */
export function checkModel(served: ServedModel): CheckedModel {
  const { version, featureSchema, classMap } = served;
  if (featureSchema !== FEATURE_SCHEMA.version) {
    return refuse(
      version,
      `it reads feature schema ${featureSchema}, and this page makes schema ${FEATURE_SCHEMA.version}`,
    );
  }
  const differs =
    classMap.length !== CLASS_IDS.length || classMap.some((name, index) => name !== CLASS_IDS[index]);
  if (differs) {
    return refuse(
      version,
      `its classes are ${classMap.join(', ')}, and this page's are ${CLASS_IDS.join(', ')}`,
    );
  }
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

function refuse(version: string, why: string): CheckedModel {
  return { ok: false, words: `Model ${version} is not used: ${why}.` };
}
