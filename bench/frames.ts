import type { Page } from '@playwright/test';

interface Recording {
  /** Milliseconds from each frame to the next. */
  frames: number[];
  running: boolean;
}

/** Milliseconds from frame to frame of a page while `work` goes on. */
export async function framesDuring(page: Page, work: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const recording: Recording = { frames: [], running: true };
    Object.assign(globalThis, { recording });
    let last: number | null = null;
    const frame = (at: number) => {
      if (last !== null) recording.frames.push(at - last);
      last = at;
      if (recording.running) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  await work();
  return page.evaluate(() => {
    const { recording } = globalThis as unknown as { recording: Recording };
    recording.running = false;
    return recording.frames;
  });
}
