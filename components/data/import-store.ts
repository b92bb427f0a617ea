import { v7 as newId } from 'uuid';
import { create } from 'zustand';
import { call } from '@/lib/client/api.ts';
import { api } from '@/lib/contract/api.ts';
import {
  type Correction,
  type ImportDraft,
  isReady,
  newDraft,
  toImport,
  withPreview,
} from './import-draft.ts';

/** Files sent at a time. */
const AT_ONCE = 3;

interface ImportState {
  drafts: readonly ImportDraft[];
  add: (files: readonly File[]) => void;
  correct: (key: string, correction: Correction) => void;
  correctAll: (correction: Correction) => void;
  retry: (key: string) => void;
  remove: (key: string) => void;
  clear: () => void;
  /** Starts one job for each file that is ready. @throws what the server says */
  send: (strict: boolean) => Promise<void>;
}

/** Files being imported, kept while one moves between pages. */
export const useImports = create<ImportState>((set, get) => {
  const change = (key: string, to: (draft: ImportDraft) => ImportDraft) =>
    set(({ drafts }) => ({ drafts: drafts.map((draft) => (draft.key === key ? to(draft) : draft)) }));

  const upload = async ({ key, file }: ImportDraft) => {
    change(key, (draft) => ({ ...draft, state: 'uploading', error: null }));
    try {
      const preview = await call(api.uploadBars, { query: { name: file.name }, bytes: file });
      change(key, (draft) => withPreview(draft, preview));
    } catch (error) {
      change(key, (draft) => ({ ...draft, state: 'unread', error: wordsOf(error) }));
    }
    uploadNext();
  };
  const uploadNext = () => {
    const { drafts } = get();
    const free = AT_ONCE - drafts.filter(({ state }) => state === 'uploading').length;
    for (const draft of drafts.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free)))
      void upload(draft);
  };

  return {
    drafts: [],
    add: (files) => {
      set(({ drafts }) => ({ drafts: [...drafts, ...files.map((file) => newDraft(newId(), file))] }));
      uploadNext();
    },
    correct: (key, correction) => change(key, (draft) => ({ ...draft, ...correction })),
    correctAll: (correction) =>
      set(({ drafts }) => ({
        drafts: drafts.map((draft) => (isOpen(draft) ? { ...draft, ...correction } : draft)),
      })),
    retry: (key) => {
      change(key, (draft) => ({ ...draft, state: 'waiting' }));
      uploadNext();
    },
    remove: (key) => set(({ drafts }) => ({ drafts: drafts.filter((draft) => draft.key !== key) })),
    clear: () => set({ drafts: [] }),
    send: async (strict) => {
      const going = get().drafts.filter(isReady);
      const state = (to: ImportDraft['state']) => {
        for (const { key } of going) change(key, (draft) => ({ ...draft, state: to }));
      };
      state('sending');
      try {
        const files = going.flatMap((draft) => (draft.preview ? [toImport(draft, draft.preview)] : []));
        const { jobs } = await call(api.importBars, { body: { files, strict } });
        going.forEach(({ key }, at) => {
          change(key, (draft) => ({ ...draft, state: 'sent', jobId: jobs[at]?.jobId ?? null }));
        });
      } catch (error) {
        state('ready');
        throw error;
      }
    },
  };
});

/** Still to be looked over. */
export function isOpen({ state }: ImportDraft): boolean {
  return state !== 'sending' && state !== 'sent';
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
