#!/usr/bin/env node
// The `halyard` command. Plain JavaScript so that Node can start it; the rest is the project's own TypeScript.
import { fileURLToPath } from 'node:url';
import { register } from 'tsx/esm/api';

process.env.HALYARD_ROOT ??= fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');
Object.assign(process.env, { NODE_ENV: process.env.NODE_ENV ?? 'production' });
register();
const { main } = await import('./main.ts');
await main(process.argv);
