'use client';

import { NativeSelect, Popover, TextInput, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconListDetails, IconPlayerTrackNext } from '@tabler/icons-react';
import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { formatBarTime } from '@/components/chart/price-format.ts';
import { ClassBadge } from '@/components/class/class-badge.tsx';
import { keepFocus } from '@/components/class/keep-focus.ts';
import { KeyHint } from '@/components/class/key-hint.tsx';
import { ToolButton } from '@/components/figure/tool-button.tsx';
import { CLASS_FACTS, CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';
import type { ServedModel } from '@/lib/contract/models.ts';
import { tsOfBar } from '@/lib/core/time-runs.ts';
import { ModelRun } from './model-run.tsx';
import { parseTime } from './parse-time.ts';
import { SeriesList } from './series-list.tsx';
import classes from './tool-bar.module.css';
import type { Address, SetAddress } from './use-address.ts';
import { useExploration, useExplore } from './use-exploration.ts';

/** What keys may do to the bar. */
export interface ToolBarHandle {
  focusTime(): void;
  openSeries(): void;
}

interface ToolBarProps {
  handle: Ref<ToolBarHandle>;
  address: Address;
  setAddress: SetAddress;
  model: ServedModel | null | undefined;
  onChoose: (seriesId: number) => void;
  /** Makes a queue of what is in view; null for those who may not. */
  onQueue: (() => void) | null;
  onKeys: () => void;
}

/** Which series, where in it, what is shown, and what is done with the bars in view. */
export function ToolBar({ handle, address, setAddress, model, onChoose, onQueue, onKeys }: ToolBarProps) {
  const { series } = useExploration();
  const replay = useExplore((state) => state.replay);
  const toggleReplay = useExplore((state) => state.toggleReplay);
  const time = useRef<HTMLInputElement>(null);
  const [choosing, setChoosing] = useState(false);
  useImperativeHandle(handle, () => ({
    focusTime: () => time.current?.focus(),
    openSeries: () => setChoosing(true),
  }));
  const ruleSets = series.ruleSets;
  return (
    <header className={classes.bar}>
      <Popover
        // At once: the keys after Escape are the page's again.
        transitionProps={{ duration: 0 }}
        opened={choosing}
        onChange={setChoosing}
        position="bottom-start"
        width={640}
        trapFocus
        returnFocus
      >
        <Popover.Target>
          <UnstyledButton className={classes.series} onClick={() => setChoosing((open) => !open)}>
            <b>{series.symbol}</b> {series.timeframe}
            <IconChevronDown size={14} aria-hidden />
          </UnstyledButton>
        </Popover.Target>
        <Popover.Dropdown>
          <SeriesList onChoose={onChoose} empty={null} />
        </Popover.Dropdown>
      </Popover>
      <TimeField field={time} />
      {ruleSets.length > 1 ? (
        <NativeSelect
          size="xs"
          aria-label="Rule set"
          value={address.rules ?? ruleSets[0].number}
          data={ruleSets.map(({ number, name }) => ({ value: String(number), label: name }))}
          onChange={({ currentTarget }) => {
            void setAddress({ rules: Number(currentTarget.value) });
            // Or the page's keys would go to the list.
            currentTarget.blur();
          }}
        />
      ) : null}
      <ClassFilter chosen={address.classes} onChoose={(chosen) => void setAddress({ classes: chosen })} />
      <ToolButton
        title="Logarithmic prices (L)"
        pressed={address.log}
        onPress={() => void setAddress({ log: !address.log })}
      >
        log
      </ToolButton>
      <ToolButton
        title="Replay: hide what comes after the cursor (R)"
        pressed={replay}
        onPress={toggleReplay}
      >
        <IconPlayerTrackNext size={14} aria-hidden /> Replay
      </ToolButton>
      <span className={classes.spring} />
      {/* What is done with the bars in view stands here. */}
      {onQueue ? (
        <ToolButton title="A queue of the windows in view, of the classes shown (Q)" onPress={onQueue}>
          <IconListDetails size={14} aria-hidden /> Queue
        </ToolButton>
      ) : null}
      <ModelRun model={model} />
      <ToolButton title="All keys" label="All keys" onPress={onKeys}>
        <KeyHint keys="?" />
      </ToolButton>
    </header>
  );
}

/** Which classes have marks; at least one. */
function ClassFilter({
  chosen,
  onChoose,
}: {
  chosen: readonly ClassId[];
  onChoose: (chosen: ClassId[]) => void;
}) {
  return (
    <fieldset className={classes.filter} aria-label="Classes shown">
      {CLASS_IDS.map((id) => {
        const on = chosen.includes(id);
        const others = chosen.filter((one) => one !== id);
        return (
          <button
            key={id}
            type="button"
            className={classes.class}
            aria-pressed={on}
            aria-label={`Show ${CLASS_FACTS[id].name}`}
            title={`${on ? 'Hide' : 'Show'} marks of ${CLASS_FACTS[id].name.toLowerCase()}`}
            onMouseDown={keepFocus}
            onClick={() => onChoose(on ? (others.length > 0 ? others : [...CLASS_IDS]) : [...chosen, id])}
          >
            <ClassBadge id={id} />
          </button>
        );
      })}
    </fieldset>
  );
}

/** Goes to a time, in UTC as all stamps are. */
function TimeField({ field }: { field: Ref<HTMLInputElement> }) {
  const { runs, series } = useExploration();
  const cursor = useExplore((state) => state.cursor);
  const goToTs = useExplore((state) => state.goToTs);
  const [typed, setTyped] = useState<string | null>(null);
  const ts = typed === null ? null : parseTime(typed);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed !== null && ts === null) return;
        if (ts !== null) goToTs(Math.max(series.firstTs, ts));
        setTyped(null);
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      }}
    >
      <TextInput
        ref={field}
        className={classes.time}
        aria-label="Go to a time, UTC"
        title={`Time of the cursor, UTC; type another, such as 2024-05 or 2024-05-17 08:30, and press Enter (G). Bars from ${formatBarTime(series.firstTs)} to ${formatBarTime(series.lastTs)}.`}
        error={typed !== null && ts === null}
        value={typed ?? formatBarTime(tsOfBar(runs, cursor))}
        onFocus={(event) => event.currentTarget.select()}
        onChange={({ currentTarget: { value } }) => setTyped(value)}
        onBlur={() => setTyped(null)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </form>
  );
}
