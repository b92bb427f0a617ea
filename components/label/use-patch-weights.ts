import { useQuery } from '@tanstack/react-query';
import { useInference, weighPatches } from '@/lib/client/inference/inference.ts';
import { sampleMixProbabilities } from '@/lib/client/inference/sample-mix.ts';
import { keys } from '@/lib/client/keys.ts';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';

/** What the model goes by when it takes a window for a class: nats a patch, a row of patches a channel of its image. */
export interface PatchWeights {
  readonly class: ClassId;
  readonly channels: readonly Float32Array[];
}

/** Of the class that the model's word names first; null until they are known, and while nobody wants them. */
export function usePatchWeights(windowId: string, wanted: boolean): PatchWeights | null {
  const model = useInference((state) => state.model);
  const prediction = useInference((state) => state.predictions.get(windowId) ?? null);
  const { data } = useQuery({
    queryKey: keys.patchWeights(model?.version ?? '', windowId),
    queryFn: async (): Promise<PatchWeights | null> => {
      if (model === null || prediction === null) return null;
      const mixed = sampleMixProbabilities(prediction, model);
      const subject = mixed.indexOf(Math.max(...mixed));
      const channels: Float32Array[] = [];
      // One after the other, so that the next windows' predictions get in between.
      for (let channel = 0; channel < FEATURE_SCHEMA.channels; channel++)
        channels.push(await weighPatches(prediction, channel, subject));
      return { class: CLASS_IDS[subject], channels };
    },
    enabled: wanted && model !== null && prediction !== null,
    // Computed here, from what is here.
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return wanted ? (data ?? null) : null;
}
