// One of several processes that want the same lock: `contend.mjs LOCK START_AT`, where START_AT is in ms UTC. Prints
// "alone", or "not alone" where another process had the lock too.
import { closeSync, openSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../lock.mjs';

const [lock, startAt] = process.argv.slice(2);
await sleep(Number(startAt) - Date.now());
await withLock(lock, async () => {
  const sign = `${lock}-taken`;
  try {
    closeSync(openSync(sign, 'wx'));
  } catch {
    console.log('not alone');
    return;
  }
  await sleep(300);
  console.log('alone');
  rmSync(sign);
});
