'use client';

import { Button, NativeSelect } from '@mantine/core';
import { type CSSProperties, useState } from 'react';
import { ClassIcon } from '@/components/class/class-icon.tsx';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { formatDay } from '@/components/figure/format.ts';
import { LoadingRows } from '@/components/figure/loading.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { Guide } from '@/lib/contract/guide.ts';
import { BesidePanel } from '../beside-panel.tsx';
import { Examples } from './examples.tsx';
import classes from './guide.module.css';
import { GuideForm } from './guide-form.tsx';
import { useGuide } from './use-guide.ts';

interface ClassGuideProps {
  /** The class that it opens at. */
  first: ClassId;
  isAdmin: boolean;
  onClose: () => void;
}

/** What each class means, beside the chart: it stays while one labels. */
export function ClassGuide({ first, isAdmin, onClose }: ClassGuideProps) {
  const [shown, show] = useState(first);
  const [version, choose] = useState<number | null>(null);
  const [isWriting, write] = useState(false);
  const { data, error, refetch } = useGuide(version);
  const isInForce = data !== undefined && data.number === data.versions[0].number;
  return (
    <BesidePanel
      title="Class guide"
      contents="What the class means"
      closes="Close the guide"
      onClose={onClose}
      choice={
        data ? (
          <NativeSelect
            size="xs"
            aria-label="Version of the guide"
            className={classes.version}
            value={data.number}
            disabled={isWriting}
            onChange={(event) => {
              const number = Number(event.currentTarget.value);
              // Whoever looks at the one in force goes on doing so when a newer one comes.
              choose(number === data.versions[0].number ? null : number);
            }}
            data={data.versions.map(({ number, at }, i) => ({
              value: String(number),
              label: `version ${number}, ${formatDay(Date.parse(at))}${i === 0 ? ', in force' : ''}`,
            }))}
          />
        ) : null
      }
      tabs={<ClassTabs shown={shown} onShow={show} />}
    >
      <Problem error={error} onRetry={refetch} />
      {data && isWriting ? (
        <GuideForm
          guide={data}
          of={shown}
          onDone={() => {
            write(false);
            choose(null);
          }}
        />
      ) : data ? (
        <>
          {isInForce ? null : (
            <p className={classes.old}>
              An earlier version: {data.versions[0].number} is in force, and answers are given by it.
            </p>
          )}
          <Entry guide={data} of={shown} />
          <footer className={classes.foot}>
            <span>
              {data.author}: {data.reason}
            </span>
            {isAdmin && isInForce ? (
              <Button size="compact-xs" variant="default" onClick={() => write(true)}>
                Change
              </Button>
            ) : null}
          </footer>
        </>
      ) : error ? null : (
        <LoadingRows rows={8} />
      )}
    </BesidePanel>
  );
}

function ClassTabs({ shown, onShow }: { shown: ClassId; onShow: (id: ClassId) => void }) {
  return (
    <fieldset className={classes.tabs}>
      <legend>Class</legend>
      {CLASS_IDS.map((id) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === shown}
          title={CLASS_FACTS[id].name}
          style={{ '--class': `var(--hy-class-${id})` } as CSSProperties}
          onMouseDown={keepFocus}
          onClick={() => onShow(id)}
        >
          <ClassIcon id={id} />
          <span aria-hidden>{CLASS_FACTS[id].letter}</span>
          <span className={classes.hidden}>{CLASS_FACTS[id].name}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Entry({ guide: { content }, of }: { guide: Guide; of: ClassId }) {
  const { definition, counts, doesNot, neighbours } = content.classes[of];
  return (
    <article className={classes.entry} data-class={of}>
      <h3>{CLASS_FACTS[of].name}</h3>
      <p>{definition}</p>
      <Examples of={of} />
      <Points title="It is one, where" sign="✓" points={counts} />
      <Points title="It is none, where" sign="✗" points={doesNot} />
      <h4>Told from its neighbours</h4>
      <p>{neighbours}</p>
      <h4>When two hold</h4>
      <p>{content.precedence}</p>
    </article>
  );
}

function Points({ title, sign, points }: { title: string; sign: string; points: readonly string[] }) {
  if (points.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {points.map((point) => (
          <li key={point}>
            <span aria-hidden>{sign}</span>
            {point}
          </li>
        ))}
      </ul>
    </>
  );
}
