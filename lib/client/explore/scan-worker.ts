import type { ModelToLoad } from '@/workers/browser/inference-protocol.ts';
import type {
  FromScanWorker,
  ScannedPart,
  StretchToScan,
  ToScanWorker,
} from '@/workers/browser/scan-protocol.ts';
import { UnreachableModel } from '../inference/model-worker.ts';

/** One worker with one model in it. */
export interface ScanWorker {
  /** Scans one stretch; only one at a time. @throws Error with words for the person */
  scan(stretch: StretchToScan, onPart: (part: ScannedPart) => void): Promise<void>;
  /** Ends it at once, whatever it is doing. */
  close(): void;
}

/** Starts a worker and loads a model into it. @throws Error with words for the person, UnreachableModel */
export async function startScanWorker(model: ModelToLoad, threads: number): Promise<ScanWorker> {
  const worker = new Worker(new URL('../../../workers/browser/scan.worker.ts', import.meta.url), {
    type: 'module',
  });

  let giveUp: (error: Error) => void = () => undefined;

  /** Sends a message and hears everything until the one that ends it. */
  function ask(message: ToScanWorker, transfer: Transferable[], onPart: (part: ScannedPart) => void) {
    return new Promise<void>((resolve, reject) => {
      giveUp = reject;
      worker.onerror = (event) =>
        reject(new Error(`The model's worker failed: ${event.message || 'its script could not be loaded'}.`));
      worker.onmessage = ({ data }: MessageEvent<FromScanWorker>) => {
        switch (data.type) {
          case 'part':
            onPart(data.part);
            return;
          case 'ready':
          case 'done':
            resolve();
            return;
          case 'unreachable':
            reject(new UnreachableModel(data.words));
            return;
          case 'failed':
            reject(new Error(data.words));
        }
      };
      worker.postMessage(message, transfer);
    });
  }

  try {
    await ask({ type: 'load', model, threads }, [], () => undefined);
  } catch (error) {
    worker.terminate();
    throw error;
  }
  return {
    scan: (stretch, onPart) => ask({ type: 'scan', stretch }, [stretch.bytes.buffer], onPart),
    close() {
      worker.terminate();
      giveUp(new Error('The scan was ended.'));
    },
  };
}
