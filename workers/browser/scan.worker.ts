import { quantisationFor } from '@/lib/core/image/quantisation.ts';
import { decodeSnapshot } from '@/lib/core/snapshot-codec.ts';
import { type BrowserSession, openBrowserSession, UnreachableModel, wordsOf } from './model-session.ts';
import type { FromScanWorker, StretchToScan, ToScanWorker } from './scan-protocol.ts';
import { scanStretch } from './scan-stretch.ts';

let session: BrowserSession | null = null;

function post(message: FromScanWorker): void {
  postMessage(message);
}

async function scan({ model, run }: BrowserSession, stretch: StretchToScan): Promise<void> {
  const snapshot = decodeSnapshot(stretch.bytes);
  const row = quantisationFor(model.quantisation, stretch.seriesKey);
  for await (const part of scanStretch(snapshot, stretch, row, { ...model, run })) {
    post({ type: 'part', part });
  }
  post({ type: 'done' });
}

addEventListener('message', async ({ data }: MessageEvent<ToScanWorker>) => {
  try {
    if (data.type === 'load') {
      session = await openBrowserSession(data.model, data.threads);
      post({ type: 'ready' });
    } else if (session === null) {
      throw new Error('no model is loaded');
    } else {
      await scan(session, data.stretch);
    }
  } catch (error) {
    post({ type: error instanceof UnreachableModel ? 'unreachable' : 'failed', words: wordsOf(error) });
  }
});
