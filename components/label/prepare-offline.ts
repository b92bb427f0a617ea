import { useInference } from '@/lib/client/inference/inference.ts';
import { canKeepPage, keepModel, keepPage } from '@/lib/client/kept-page.ts';

/** What besides windows is there for working offline, in sentences. */
export interface Readiness {
  readonly model: string;
  readonly page: string;
}

/** Brings what the page would otherwise fetch at its first use: commands, the page itself, the model. @throws OfflineError */
export async function prepareOffline(): Promise<Readiness> {
  await import('@/components/shell/command-palette.tsx');
  const { phase, model } = useInference.getState();
  const kept = model === null ? await keepPage() : await keepModel(model.url);
  return {
    model:
      phase === 'ready' && model !== null
        ? `The model ${model.version} is loaded and goes on working.`
        : phase === 'none'
          ? 'No model has been promoted yet, so there is none to bring.'
          : 'The model is not loaded yet, so it will say nothing.',
    page: kept
      ? 'This page can be closed, reloaded and opened again without the server; the other pages need it.'
      : canKeepPage()
        ? 'The page itself could not be kept: leave this tab open.'
        : 'Leave this tab open: over plain http a browser keeps no page, so it cannot be reloaded without the server.',
  };
}
