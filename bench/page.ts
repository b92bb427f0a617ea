import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import { Installation } from '../e2e/support/installation.ts';
import { becomeAdmin, signIn } from '../e2e/support/page.ts';

/** A browser as the end-to-end tests use it: the system's Chromium where there is one. */
export function openBrowser(): Promise<Browser> {
  const system = [process.env.HALYARD_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find(
    (path) => path && existsSync(path),
  );
  const asRoot = process.getuid?.() === 0;
  return chromium.launch({
    ...(system ? { executablePath: system } : {}),
    args: ['--disable-gpu', '--disable-background-networking', ...(asRoot ? ['--no-sandbox'] : [])],
  });
}

export interface BenchPage {
  readonly page: Page;
  close(): Promise<void>;
}

/**
 * The label page, signed in, of an installation of its own with the demo market; or of the running one that
 * HALYARD_BENCH_URL names, with HALYARD_BENCH_EMAIL and HALYARD_BENCH_PASSWORD.
 */
export async function openLabelPage(): Promise<BenchPage> {
  const running = process.env.HALYARD_BENCH_URL;
  let installation: Installation | null = null;
  const browser = await openBrowser();
  const close = async () => {
    await browser.close();
    await installation?.remove();
  };
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    if (running) {
      const { HALYARD_BENCH_EMAIL: email = '', HALYARD_BENCH_PASSWORD: password = '' } = process.env;
      await signIn(page, running, { email, password });
    } else {
      installation = await Installation.start({ demo: true });
      await becomeAdmin(page, installation.link);
    }
    return { page, close };
  } catch (error) {
    await close();
    throw error;
  }
}
