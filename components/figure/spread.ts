/**
 * Moves marks on a line apart: each ends as near to where it is wanted as can be (least squares), at least `gap` from
 * its neighbours, in the same order, and within `[from, to]` as long as they fit there.
 * @param wanted places in any order, pixels; equal ones keep the order they come in
 * @returns places in the order of `wanted`
 */
export function spread(wanted: readonly number[], gap: number, from: number, to: number): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a] - wanted[b]);
  // With the gaps taken out, only the order counts: isotonic regression by pooling neighbours that are out of it.
  const pools: { sum: number; count: number }[] = [];
  order.forEach((index, rank) => {
    let pool = { sum: wanted[index] - rank * gap, count: 1 };
    for (
      let before = pools.at(-1);
      before && before.sum / before.count > pool.sum / pool.count;
      before = pools.at(-1)
    ) {
      pool = { sum: before.sum + pool.sum, count: before.count + pool.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const last = Math.max(from, to - (wanted.length - 1) * gap);
  const placed: number[] = [];
  let rank = 0;
  for (const { sum, count } of pools) {
    const place = Math.min(last, Math.max(from, sum / count));
    for (const end = rank + count; rank < end; rank++) placed[order[rank]] = place + rank * gap;
  }
  return placed;
}
