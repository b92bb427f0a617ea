import { availableParallelism, cpus, totalmem } from 'node:os';

/** This machine in words, so that kept figures of different machines are not compared. */
export function machineName(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown CPU';
  return `${model}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;
}
