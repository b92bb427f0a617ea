import type { Epoch } from '@/lib/contract/train.ts';
import type { TrainerEvent } from '@/lib/contract/trainer-event.ts';
import { getDb } from '../db/connection.ts';
import { storeAgain } from '../db/store-again.ts';
import type { JobContext } from '../jobs/job.ts';
import { logger } from '../log.ts';
import { saveEpoch, updateRun } from '../repo/run.ts';

type Listener = Pick<JobContext<unknown>, 'progress' | 'log'>;

/** Share of the work when the last epoch is trained; calibration, evaluation and export follow. */
const TRAINED = 0.95;

/** Takes a trainer's events into the run's rows, and into the job's progress and log. */
export function createRecorder(runId: number, job: Listener): (event: TrainerEvent) => Promise<void> {
  let epochs = 1;
  return async (event) => {
    switch (event.type) {
      case 'start': {
        epochs = event.epochs;
        job.log(
          `${event.images} training and ${event.validation_images} validation images, ${event.parameters} parameters, ${event.device}`,
        );
        const { device } = event;
        await storeAgain(`the device of run ${runId}`, () => updateRun(getDb(), runId, { device }));
        if (event.resumed_epoch > 0) job.log(`going on after epoch ${event.resumed_epoch}`);
        break;
      }
      case 'step': {
        const done = (event.epoch - 1 + event.step / event.steps) / epochs;
        job.progress(
          Math.min(1, TRAINED * done),
          `epoch ${event.epoch} of ${epochs}, ${minutes(event.seconds_left)} left`,
        );
        const progress = {
          epoch: event.epoch,
          epochs,
          step: event.step,
          steps: event.steps,
          loss: event.loss,
          imagesPerSecond: event.images_per_s,
          secondsLeft: event.seconds_left,
        };
        // The next line says it again: a database that is away for a moment is no reason to end hours of training.
        await updateRun(getDb(), runId, { progress }).catch((error: unknown) =>
          logger.warn({ err: error, runId }, 'training progress was not stored'),
        );
        break;
      }
      case 'epoch': {
        const figures: Epoch = {
          epoch: event.epoch,
          trainLoss: event.train_loss,
          validationLoss: event.val_loss,
          macroF1: event.macro_f1,
          perClassF1: event.per_class_f1,
          learningRate: event.lr,
          imagesPerSecond: event.images_per_s,
          seconds: event.seconds,
        };
        await storeAgain(`epoch ${event.epoch} of run ${runId}`, () => saveEpoch(getDb(), runId, figures));
        const score = event.macro_f1 === null ? 'unknown' : event.macro_f1.toFixed(3);
        job.log(`epoch ${event.epoch}: loss ${event.train_loss.toFixed(4)}, validation macro-F1 ${score}`);
        break;
      }
      case 'calibration': {
        job.progress(TRAINED, 'evaluating');
        job.log(`temperatures ${event.temp_scaling.map((t) => t.toFixed(2)).join(', ')} (${event.method})`);
        for (const note of event.notes) job.log(note);
        break;
      }
      case 'export': {
        job.progress(0.98, 'registering');
        job.log(
          `exported ${event.bytes} bytes, largest difference from PyTorch ${event.parity.toExponential(1)}`,
        );
        break;
      }
      case 'done': {
        job.log(`best epoch ${event.best_epoch}`);
        break;
      }
      case 'error': {
        job.log(event.message);
        break;
      }
    }
  };
}

function minutes(seconds: number): string {
  return seconds < 90 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
