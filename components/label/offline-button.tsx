'use client';

import { Button, Popover, UnstyledButton } from '@mantine/core';
import { IconCloudDownload, IconCloudOff } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { countOf } from '@/components/figure/format.ts';
import { ProgressBar } from '@/components/figure/progress-bar.tsx';
import { useCommand } from '@/lib/client/commands.ts';
import { OFFLINE_DEPTH } from '@/lib/client/label/reserve-slice.ts';
import classes from './offline-button.module.css';
import { offlineText, untilWords } from './offline-words.ts';
import { prepareOffline, type Readiness } from './prepare-offline.ts';
import { useLabel } from './use-label-store.ts';

/** The switch for working without the server, and what it has brought so far. */
export function OfflineButton() {
  const work = useLabel((state) => state.offlineWork);
  const workOffline = useLabel((state) => state.workOffline);
  const behind = useLabel((state) => state.behind);
  const [opened, setOpened] = useState(false);
  const [readiness, setReadiness] = useState<Readiness | null>(null);

  const turn = useCallback(
    (on: boolean) => {
      setOpened(true);
      behind(workOffline(on));
      if (on) behind(prepareOffline().then(setReadiness));
    },
    [workOffline, behind],
  );
  const open = () => {
    setOpened((was) => !was);
    if (work.on) behind(prepareOffline().then(setReadiness));
  };
  useCommand(
    'work-offline',
    work.on ? 'Stop working offline' : 'Work offline',
    useCallback(() => turn(!work.on), [turn, work.on]),
  );

  const Icon = work.on ? IconCloudOff : IconCloudDownload;
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withArrow width={340}>
      <Popover.Target>
        <UnstyledButton className={classes.button} data-on={work.on || undefined} onClick={open}>
          <Icon size={16} stroke={1.6} />
          <span data-testid="offline-work">{offlineText(work)}</span>
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown className={classes.words}>
        <h3>Work offline</h3>
        {work.on ? (
          <>
            <ProgressBar
              value={work.held / OFFLINE_DEPTH}
              state={work.held < OFFLINE_DEPTH ? 'running' : 'done'}
              label="Windows held"
            />
            <p className={classes.figure}>
              {work.held} of {OFFLINE_DEPTH} windows are here
              {work.until === null ? '' : `, held for you until ${untilWords(work.until, Date.now())}`}.
            </p>
            {readiness ? <p>{readiness.model}</p> : null}
            {readiness ? <p>{readiness.page}</p> : null}
          </>
        ) : (
          <p>
            Brings {countOf(OFFLINE_DEPTH, 'window')} into this browser and holds them for half a day, so that
            you can label without a connection. Others may take those that you have not reached when they
            would have nothing else to do.
          </p>
        )}
        {work.words === null ? null : (
          <p className={classes.trouble} role="status">
            {work.words}
          </p>
        )}
        <Button
          variant={work.on ? 'default' : 'filled'}
          loading={work.busy}
          onClick={() => turn(!work.on)}
          fullWidth
        >
          {work.on ? 'Give them back' : 'Bring the windows'}
        </Button>
      </Popover.Dropdown>
    </Popover>
  );
}
