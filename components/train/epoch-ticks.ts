/** Whole epochs from 1 to `last`, at most about ten of them. */
export function ticksTo(last: number): number[] {
  const step = Math.max(1, Math.ceil(last / 10));
  const ticks = Array.from({ length: Math.ceil((last - 1) / step) }, (_, at) => 1 + at * step);
  return [...ticks, last];
}
