import type {
  Backend,
  FromWorker,
  ModelToLoad,
  PatchesToWeigh,
  Prediction,
  ToWorker,
  WindowToPredict,
} from '@/workers/browser/inference-protocol.ts';

/** Worth a new try later, unlike a model that cannot be used. */
export class UnreachableModel extends Error {}

/** What a worker answers to a request. */
type Answer = Extract<FromWorker, { type: 'predictions' | 'weighed' }>;

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** One worker with one model: a worker is not used for a second one, as the runtime gives no memory back. */
export interface ModelWorker {
  readonly version: string;
  readonly backend: Backend;
  /** Milliseconds from asking for the file to the end of the first run. */
  readonly loadMs: number;
  predict(windows: readonly WindowToPredict[]): Promise<readonly Prediction[]>;
  /** @returns nats a patch, PATCHES of them */
  weigh(patches: PatchesToWeigh): Promise<Float32Array>;
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

  function ask<T extends Answer['type']>(
    type: T,
    message: (request: number) => ToWorker,
  ): Promise<Extract<Answer, { type: T }>> {
    const request = requests++;
    return new Promise((resolve, reject) => {
      const isAsked = (answer: Answer): answer is Extract<Answer, { type: T }> => answer.type === type;
      waiting.set(request, {
        resolve: (answer) =>
          isAsked(answer)
            ? resolve(answer)
            : reject(new Error(`The model's worker answered ${answer.type}.`)),
        reject,
      });
      send(message(request));
    });
  }

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
            predict: async (windows) =>
              (await ask('predictions', (request) => ({ type: 'predict', request, windows }))).predictions,
            weigh: async (patches) =>
              (await ask('weighed', (request) => ({ type: 'weigh', request, patches }))).weights,
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
        case 'weighed':
          waiting.get(data.request)?.resolve(data);
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
