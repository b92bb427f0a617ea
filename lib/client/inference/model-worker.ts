import type {
  Backend,
  FromWorker,
  ModelToLoad,
  Prediction,
  ToWorker,
  WindowToPredict,
} from '@/workers/browser/inference-protocol.ts';

/** Worth a new try later, unlike a model that cannot be used. */
export class UnreachableModel extends Error {}

interface Waiting {
  readonly resolve: (predictions: readonly Prediction[]) => void;
  readonly reject: (error: Error) => void;
}

/** One worker with one model: a worker is not used for a second one, as the runtime gives no memory back. */
export interface ModelWorker {
  readonly version: string;
  readonly backend: Backend;
  /** Milliseconds from asking for the file to the end of the first run. */
  readonly loadMs: number;
  predict(windows: readonly WindowToPredict[]): Promise<readonly Prediction[]>;
  close(): void;
}

/** Starts a worker and loads a model into it. @throws Error with words for the person, UnreachableModel */
export function startModelWorker(model: ModelToLoad): Promise<ModelWorker> {
  const worker = new Worker(new URL('../../../workers/browser/inference.worker.ts', import.meta.url), {
    type: 'module',
  });
  const send = (message: ToWorker) => worker.postMessage(message);
  const waiting = new Map<number, Waiting>();
  let requests = 0;

  return new Promise((resolve, reject) => {
    function fail(error: Error): void {
      worker.terminate();
      for (const request of waiting.values()) request.reject(error);
      waiting.clear();
      reject(error);
    }
    worker.addEventListener('error', (event) =>
      fail(new Error(`The model's worker failed: ${event.message || 'its script could not be loaded'}.`)),
    );
    worker.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      switch (data.type) {
        case 'ready':
          resolve({
            version: model.version,
            backend: data.backend,
            loadMs: data.ms,
            predict(windows) {
              const request = requests++;
              return new Promise((resolve, reject) => {
                waiting.set(request, { resolve, reject });
                send({ type: 'predict', request, windows });
              });
            },
            close: () => fail(new Error('The model was replaced.')),
          });
          return;
        case 'unusable':
          fail(new Error(data.words));
          return;
        case 'unreachable':
          fail(new UnreachableModel(data.words));
          return;
        case 'predictions':
          waiting.get(data.request)?.resolve(data.predictions);
          waiting.delete(data.request);
          return;
        case 'failed':
          waiting.get(data.request)?.reject(new Error(data.words));
          waiting.delete(data.request);
      }
    });
    send({ type: 'load', model });
  });
}
