import { env } from './env.ts';
import { foldersOf } from './host/folders.mjs';

export type Folders = ReturnType<typeof foldersOf>;

let cached: Folders | undefined;

/** All folders of this installation (see host/folders.mjs). Nothing is created by asking. */
export function paths(): Folders {
  const { HALYARD_ROOT, HALYARD_HOME } = env();
  cached ??= foldersOf(HALYARD_ROOT ?? /* turbopackIgnore: true */ process.cwd(), HALYARD_HOME);
  return cached;
}
