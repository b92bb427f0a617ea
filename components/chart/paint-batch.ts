const waiting = new Set<() => void>();

/** Runs `draw` before the next paint, together with all others that asked; the same one once, however often it asked. */
export function beforePaint(draw: () => void): void {
  if (waiting.size === 0) {
    requestAnimationFrame(() => {
      const batch = [...waiting];
      waiting.clear();
      for (const one of batch) one();
    });
  }
  waiting.add(draw);
}
