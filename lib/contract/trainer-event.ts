import { classVector } from './common.ts';
import { z } from './zod.ts';

const figure = z.number().nullable();

/** A line of the trainer's standard output. */
export const trainerEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    device: z.string(),
    images: z.number().int(),
    validation_images: z.number().int(),
    parameters: z.number().int(),
    epochs: z.number().int(),
    /** Steps of an epoch. */
    steps: z.number().int(),
    batch: z.number().int(),
    /** Epochs that a checkpoint holds already. */
    resumed_epoch: z.number().int(),
    trainer: z.string(),
  }),
  z.object({
    type: z.literal('step'),
    epoch: z.number().int(),
    step: z.number().int(),
    steps: z.number().int(),
    loss: z.number(),
    images_per_s: z.number(),
    seconds_left: z.number(),
  }),
  z.object({
    type: z.literal('epoch'),
    epoch: z.number().int(),
    train_loss: z.number(),
    val_loss: figure,
    macro_f1: figure,
    per_class_f1: z.array(figure),
    lr: z.number(),
    images_per_s: z.number(),
    seconds: z.number(),
  }),
  z.object({
    type: z.literal('calibration'),
    temp_scaling: classVector,
    biases: classVector,
    thresholds: z.array(figure),
    method: z.string(),
    notes: z.array(z.string()),
  }),
  z.object({
    type: z.literal('export'),
    sha256: z.string(),
    bytes: z.number().int(),
    opset: z.number().int(),
    /** Largest absolute difference between the ONNX graph and PyTorch. */
    parity: z.number(),
  }),
  z.object({ type: z.literal('done'), best_epoch: z.number().int(), macro_f1: figure }),
  z.object({ type: z.literal('error'), message: z.string() }),
]);
export type TrainerEvent = z.output<typeof trainerEventSchema>;
