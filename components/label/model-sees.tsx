'use client';

import { type ReactNode, useEffect, useRef } from 'react';
import { withAlpha } from '@/components/chart/palette.ts';
import { patchShades } from '@/components/chart/patch-shades.ts';
import { usePalette } from '@/components/chart/use-palette.ts';
import { useInference } from '@/lib/client/inference/inference.ts';
import { imageChannel } from '@/lib/core/image/channel.ts';
import { PATCH_SIZE, PATCHES_ACROSS } from '@/lib/core/image/occlusion.ts';
import { IMAGE } from '@/lib/core/image/schema.ts';
import { AuxValues } from './aux-values.tsx';
import classes from './model-sees.module.css';
import type { PatchWeights } from './use-patch-weights.ts';

const { size: SIZE } = IMAGE;
/** The pictures are white on black in either theme. */
const AGAINST = '#ffffff';
const CHANNELS = ['candles', 'EMA distance', 'RSI momentum'] as const;

interface ModelSeesProps {
  windowId: string;
  weights: PatchWeights | null;
  weighing: boolean;
  /** What stands beside the images. */
  children: ReactNode;
}

/**
 * The very image that the model gets, channel by channel, and the numbers beside it where it takes any. Made by the
 * worker, so it is there only with a model.
 */
export function ModelSees({ windowId, weights, weighing, children }: ModelSeesProps) {
  const schema = useInference((state) => state.model?.featureSchema ?? null);
  const seen = useInference((state) => state.predictions.get(windowId) ?? null);
  if (schema === null) return null;
  return (
    <div className={classes.sees}>
      <span role="status">{wordsFor(weights, weighing)}</span>
      {CHANNELS.map((name, channel) => (
        <Channel key={name} name={name} channel={channel} image={seen?.image ?? null} weights={weights} />
      ))}
      {schema === 2 ? <AuxValues aux={seen?.aux ?? null} /> : null}
      {children}
    </div>
  );
}

function wordsFor(weights: PatchWeights | null, weighing: boolean): string {
  if (weighing) return 'weighing each part …';
  return weights === null ? 'what the model sees' : 'what speaks for it';
}

interface ChannelProps {
  name: string;
  channel: number;
  image: Uint8Array | null;
  weights: PatchWeights | null;
}

function Channel({ name, channel, image, weights }: ChannelProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const palette = usePalette();
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    if (image === null) context.clearRect(0, 0, SIZE, SIZE);
    else context.putImageData(new ImageData(imageChannel(image, channel), SIZE, SIZE), 0, 0);
    if (weights === null) return;
    for (const { patch, speaksFor, alpha } of patchShades(weights.channels, channel)) {
      context.fillStyle = withAlpha(speaksFor ? palette.classes[weights.class] : AGAINST, alpha);
      const column = patch % PATCHES_ACROSS;
      const row = Math.floor(patch / PATCHES_ACROSS);
      context.fillRect(column * PATCH_SIZE, row * PATCH_SIZE, PATCH_SIZE, PATCH_SIZE);
    }
  }, [image, channel, weights, palette]);
  return (
    <figure className={classes.channel} title={name}>
      <canvas ref={canvas} width={SIZE} height={SIZE} role="img" aria-label={`Model image: ${name}`} />
      <figcaption>{name}</figcaption>
    </figure>
  );
}
