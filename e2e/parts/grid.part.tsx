import '@mantine/core/styles.css';
import '@/components/class/class.css';
import '@/app/globals.css';
import { MantineProvider } from '@mantine/core';
import { useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { useStore } from 'zustand';
import { GridView } from '@/components/label/grid/grid-view.tsx';
import { theme } from '@/components/shell/theme.ts';
import type { GridPage } from '@/lib/client/label/grid-page.ts';
import { createGridStore } from '@/lib/client/label/grid-store.ts';
import { heldWindows } from './held-windows.ts';

const SUGGESTED = 'flag';
const items = heldWindows(SUGGESTED, 150);

/** What a page was submitted as: `window id: answer`, a line a window. */
const submitted: string[][] = [];
Object.assign(globalThis, { submitted });

/** The windows in turn without end, each page's opened anew, as if they had just been claimed. */
function pageOf(start: number, length: number): GridPage {
  const own = Array.from({ length }, (_, i) => items[(start + i) % items.length]);
  return {
    id: `${length}:${start}`,
    suggested: SUGGESTED,
    items: own.map((held) => ({ ...held, opened: { ...held.opened } })),
  };
}

function Grid() {
  const [store] = useState(() => createGridStore());
  const { rows, columns } = useStore(store, ({ size }) => size);
  const [from, setFrom] = useState(0);
  const length = rows * columns;
  const [page, next] = useMemo(
    () => [from, from + length].map((start) => pageOf(start, length)),
    [from, length],
  );
  return (
    <GridView
      store={store}
      page={page}
      next={next}
      onAlike={null}
      onSubmit={async (answers) => {
        submitted.push(answers.map(({ held, answer }) => `${held.item.windowId}: ${answer}`));
        setFrom(from + length);
      }}
    />
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no #root');
createRoot(root).render(
  <MantineProvider theme={theme} defaultColorScheme="auto">
    <main style={{ display: 'grid', gridTemplateRows: 'auto minmax(0, 1fr)', height: '100vh' }}>
      <h1 style={{ margin: 8, fontSize: 20 }}>Grid</h1>
      <Grid />
    </main>
  </MantineProvider>,
);
