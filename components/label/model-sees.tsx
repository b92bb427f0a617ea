'use client';

import { useEffect, useRef } from 'react';
import { useInference } from '@/lib/client/inference/inference.ts';
import { imageChannel } from '@/lib/core/image/channel.ts';
import { FEATURE_SCHEMA } from '@/lib/core/image/schema.ts';
import classes from './model-sees.module.css';

const { size: SIZE } = FEATURE_SCHEMA;
const CHANNELS = ['candles', 'EMA distance', 'RSI momentum'] as const;

/** The very image that the model gets, channel by channel. Made by the worker, so it is there only with a model. */
export function ModelSees({ windowId }: { windowId: string }) {
  const served = useInference((state) => state.model !== null);
  const image = useInference((state) => state.predictions.get(windowId)?.image ?? null);
  if (!served) return null;
  return (
    <div className={classes.sees}>
      <span>what the model sees</span>
      {CHANNELS.map((name, channel) => (
        <Channel key={name} name={name} channel={channel} image={image} />
      ))}
    </div>
  );
}

function Channel({ name, channel, image }: { name: string; channel: number; image: Uint8Array | null }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    if (image === null) context.clearRect(0, 0, SIZE, SIZE);
    else context.putImageData(new ImageData(imageChannel(image, channel), SIZE, SIZE), 0, 0);
  }, [image, channel]);
  return (
    <figure className={classes.channel}>
      <canvas ref={canvas} width={SIZE} height={SIZE} role="img" aria-label={`Model image: ${name}`} />
      <figcaption>{name}</figcaption>
    </figure>
  );
}
