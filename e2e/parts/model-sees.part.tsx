import '@mantine/core/styles.css';
import '@/components/class/class.css';
import '@/app/globals.css';
import { MantineProvider } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import { ModelSees } from '@/components/label/model-sees.tsx';
import { theme } from '@/components/shell/theme.ts';
import { useInference } from '@/lib/client/inference/inference.ts';
import { CLASS_IDS } from '@/lib/contract/classes.ts';
import { allocateInputs, composeInputs } from '@/lib/core/image/inputs.ts';
import type { FeatureSchema } from '@/lib/core/image/schema.ts';
import { heldWindows } from './held-windows.ts';

const ROW = { M: 0.02, rsiMean: 0.5, rsiStd: 0.15, drMean: 0, drStd: 0.05, p0_5: -2.5, p99_5: 2.5 };

/** What a champion of that feature schema sees of one window. @returns its auxiliary values */
function mount(schema: FeatureSchema): number[] {
  const [{ item, opened }] = heldWindows('wick_exhaustion', 1);
  const inputs = allocateInputs(schema, 1);
  composeInputs(inputs, 0, opened.bars, opened.indicators, opened.t, ROW);
  const five = [0, 0, 0, 0, 0];
  const version = 'v0_1_0';
  useInference.setState({
    phase: 'ready',
    model: {
      version,
      sha256: '',
      bytes: 0,
      url: '',
      featureSchema: schema,
      classMap: [...CLASS_IDS],
      temperatures: [1, 1, 1, 1, 1],
      biases: five,
      thresholds: five,
      quantisation: { schema: 1, global: ROW, series: {} },
    },
    predictions: new Map([
      [
        item.windowId,
        {
          windowId: item.windowId,
          version,
          probabilities: Float32Array.from(five),
          logits: Float32Array.from(five),
          quality: 0,
          poleKatr: 0,
          image: inputs.images,
          aux: inputs.aux,
          ms: 1,
        },
      ],
    ]),
  });
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no #root');
  createRoot(root).render(
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <main style={{ paddingTop: 320 }}>
        <h1>Label</h1>
        <ModelSees windowId={item.windowId} weights={null} weighing={false}>
          <span>most like this</span>
        </ModelSees>
      </main>
    </MantineProvider>,
  );
  return [...(inputs.aux ?? [])];
}

Object.assign(globalThis, { mount });
