import { allocateInputs } from '@/lib/core/image/inputs.ts';
import { quantileSorted } from '@/lib/core/quantile.ts';
import { createRandom } from '@/lib/core/random.ts';
import { type ModelFile, openModelSession } from '../serving/session.ts';

const WARM_UP = 20;
const IMAGES = 200;

/** Time of one image on one thread of onnxruntime-node, ms: the median tells the model, the 95 % quantile the machine too. */
export async function measureLatency(
  file: ModelFile,
): Promise<{ median: number; p95: number; images: number }> {
  const random = createRandom(1);
  const session = await openModelSession(file, 1);
  const inputs = allocateInputs(session.schema, 1);
  for (let i = 0; i < inputs.images.length; i++) inputs.images[i] = random.int(256);
  try {
    for (let i = 0; i < WARM_UP; i++) await session.run(inputs);
    const times = new Float64Array(IMAGES);
    for (let i = 0; i < IMAGES; i++) {
      const began = performance.now();
      await session.run(inputs);
      times[i] = performance.now() - began;
    }
    times.sort();
    return { median: quantileSorted(times, 0.5), p95: quantileSorted(times, 0.95), images: IMAGES };
  } finally {
    await session.release();
  }
}
