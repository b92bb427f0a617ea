import { useQuery } from '@tanstack/react-query';
import { useInference, weighPatches } from '@/lib/client/inference/inference.ts';
import { sampleMixProbabilities } from '@/lib/client/inference/sample-mix.ts';
import { keys } from '@/lib/client/keys.ts';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import { IMAGE } from '@/lib/core/image/schema.ts';

/** What the model goes by when it takes a window for a class: nats a patch, by channel; the first ones come first. */
export interface PatchWeights {
  readonly class: ClassId;
  readonly channels: readonly Float32Array[];
}

interface Weighing {
  /** Null until the first channel is weighed, and while nobody wants any. */
  readonly weights: PatchWeights | null;
  readonly isUnderWay: boolean;
}

/** Weights for the class that the model's word names first. */
export function usePatchWeights(windowId: string, wanted: boolean): Weighing {
  const model = useInference((state) => state.model);
  const prediction = useInference((state) => state.predictions.get(windowId) ?? null);
  const { data, isFetching } = useQuery({
    queryKey: keys.patchWeights(model?.version ?? '', windowId),
    queryFn: async ({ client, queryKey }): Promise<PatchWeights | null> => {
      if (model === null || prediction === null) return null;
      const mixed = sampleMixProbabilities(prediction, model);
      const subject = mixed.indexOf(Math.max(...mixed));
      let weights: PatchWeights = { class: CLASS_IDS[subject], channels: [] };
      // One after the other, so that the next windows' predictions get in between.
      for (let channel = 0; channel < IMAGE.channels; channel++) {
        const weighed = await weighPatches(prediction, channel, subject);
        weights = { ...weights, channels: [...weights.channels, weighed] };
        client.setQueryData(queryKey, weights);
      }
      return weights;
    },
    enabled: wanted && model !== null && prediction !== null,
    // Computed here, from what is here.
    networkMode: 'always',
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { weights: wanted ? (data ?? null) : null, isUnderWay: wanted && isFetching };
}
