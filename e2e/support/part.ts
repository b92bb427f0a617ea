import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'esbuild';

const PARTS = new URL('../parts/', import.meta.url);
/** Never asked for: every request to it is answered here. */
const ORIGIN = 'http://parts.test';

/** Opens a part of the app by itself, in a real browser but without a server: `e2e/parts/NAME.part.tsx` on an empty page. */
export async function openPart(page: Page, name: string): Promise<void> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(`${name}.part.tsx`, PARTS))],
    bundle: true,
    write: false,
    outdir: 'out',
    format: 'esm',
    jsx: 'automatic',
    loader: { '.module.css': 'local-css' },
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  const textOf = (ending: string) => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  await page.route(`${ORIGIN}/**`, (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/part.js')
      return route.fulfill({ contentType: 'text/javascript', body: textOf('.js') });
    if (pathname === '/part.css') return route.fulfill({ contentType: 'text/css', body: textOf('.css') });
    return route.fulfill({ contentType: 'text/html', body: PAGE });
  });
  await page.goto(ORIGIN);
}

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Part</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/part.css" />
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/part.js"></script>
  </body>
</html>`;
