'use client';

import { ClassBadge } from '@/components/class/class-badge.tsx';
import { QualityBar } from '@/components/class/quality-bar.tsx';
import { type InferenceState, useInference } from '@/lib/client/inference/inference.ts';
import { sampleMixProbabilities } from '@/lib/client/inference/sample-mix.ts';
import type { HeldItem } from '@/lib/client/label/held-item.ts';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import type { Prediction } from '@/workers/browser/inference-protocol.ts';
import classes from './model-panel.module.css';
import { useLabel } from './use-label-store.ts';

interface ModelPanelProps {
  held: HeldItem;
  peeks: boolean;
}

/** The champion's word: on the window just answered, or, when asked, on the one in view. Always of one height. */
export function ModelPanel({ held, peeks }: ModelPanelProps) {
  const last = useLabel((state) => state.answers[0] ?? null);
  const subject = peeks ? held.item.windowId : (last?.windowId ?? null);
  const phase = useInference((state) => state.phase);
  const model = useInference((state) => state.model);
  const backend = useInference((state) => state.backend);
  const words = useInference((state) => state.words);
  const prediction = useInference((state) => (subject ? (state.predictions.get(subject) ?? null) : null));
  const shown = phase === 'ready' && prediction !== null && model !== null;
  return (
    <section
      className={classes.panel}
      aria-label="Model"
      data-testid="model-panel"
      data-phase={phase}
      data-version={model?.version}
      data-window={shown ? prediction.windowId : undefined}
      data-probabilities={shown ? Array.from(prediction.probabilities).join(' ') : undefined}
    >
      <h3 className={classes.head}>
        {model ? `Model ${model.version}` : 'Model'}
        {shown && backend ? (
          <span className={classes.backend} title={`WebAssembly${backend.simd ? ', SIMD' : ''}`}>
            {' '}
            · {prediction.ms.toFixed(0)} ms · {backend.threads} {backend.threads === 1 ? 'thread' : 'threads'}
          </span>
        ) : null}
      </h3>
      {shown ? (
        <Word
          prediction={prediction}
          model={model}
          said={peeks ? null : (last?.label ?? null)}
          peeks={peeks}
        />
      ) : (
        <p className={classes.calm}>{wordsFor(phase, words, subject !== null)}</p>
      )}
    </section>
  );
}

function wordsFor(phase: InferenceState['phase'], words: string | null, hasSubject: boolean): string {
  switch (phase) {
    case 'none':
      return 'No model has been promoted yet. Its word on each window will stand here, after your answer.';
    case 'unusable':
      return words ?? 'The model cannot be used.';
    case 'ready':
      return hasSubject
        ? 'This window is no longer on this page, so the model was not asked.'
        : 'The model’s word stands here after your answer, or press P for it now.';
    default:
      return 'The model is loading; go on.';
  }
}

interface WordProps {
  prediction: Prediction;
  model: ServedModel;
  /** What the person answered. */
  said: ClassId | null;
  peeks: boolean;
}

function Word({ prediction, model, said, peeks }: WordProps) {
  const mixed = sampleMixProbabilities(prediction, model);
  const top = mixed.indexOf(Math.max(...mixed));
  const natural = prediction.probabilities.indexOf(Math.max(...prediction.probabilities));
  return (
    <>
      <p className={classes.subject}>
        {peeks ? 'This window' : 'Your last answer'}
        {said === null ? null : (
          <>
            {' '}
            <ClassBadge id={said} />{' '}
            {CLASS_IDS[top] === said ? 'agrees' : `says ${CLASS_FACTS[CLASS_IDS[top]].name.toLowerCase()}`}
          </>
        )}
      </p>
      <ul
        className={classes.bars}
        title="For the class mix of the training sample, which is near this queue's"
      >
        {CLASS_IDS.map((id, i) => (
          <li key={id} style={{ color: `var(--hy-class-${id})` }} data-top={i === top || undefined}>
            <span>{CLASS_FACTS[id].letter}</span>
            <span className={classes.track}>
              <span className={classes.fill} style={{ width: `${mixed[i] * 100}%` }} />
            </span>
            <span className={classes.number}>{twoDigits(mixed[i])}</span>
          </li>
        ))}
      </ul>
      <div className={classes.quality}>
        <span title="Calibrated for how rare patterns are among all windows">quality</span>
        <QualityBar value={prediction.quality} threshold={model.thresholds[natural]} />
        <span className={classes.number}>{twoDigits(prediction.quality)}</span>
        <span className={classes.pole}>pole {prediction.poleKatr.toFixed(1)} ATR</span>
      </div>
    </>
  );
}

/** `.81`, as probabilities are read; `1.0` where it rounds to one. */
function twoDigits(value: number): string {
  const text = value.toFixed(2);
  return text.startsWith('0') ? text.slice(1) : '1.0';
}
