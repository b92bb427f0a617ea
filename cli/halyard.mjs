#!/usr/bin/env node
// The `halyard` command. Plain JavaScript so that Node can start it; the rest is the project's own TypeScript.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
Object.assign(process.env, {
  NODE_ENV: process.env.NODE_ENV ?? 'production',
  HALYARD_ROOT: process.env.HALYARD_ROOT ?? root,
  // The `@/` paths are this project's, whatever folder the command is given in.
  TSX_TSCONFIG_PATH: join(root, 'tsconfig.json'),
});
const { register } = await import('tsx/esm/api');
register();
const { main } = await import('./main.ts');
await main(process.argv);
