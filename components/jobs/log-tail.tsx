'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useLayoutEffect, useRef } from 'react';
import { EmptyNote, Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import classes from './jobs.module.css';

interface Line {
  id: number;
  at: string;
  line: string;
}

/** Lines kept on the page; older ones stay in the job's log. */
const KEPT = 2000;

/** A job's log, new lines coming in below while it goes on; it stays at the end unless the reader has scrolled up. */
export function LogTail({ jobId, live, height }: { jobId: string; live: boolean; height?: number }) {
  const client = useQueryClient();
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const queryKey = keys.jobLog(jobId);
  const log = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const before = client.getQueryData<Line[]>(queryKey) ?? [];
      const after = before.at(-1)?.id ?? 0;
      const { lines } = await call(api.getJobLog, { params: { id: jobId }, query: { after }, signal });
      return lines.length === 0 ? before : [...before, ...lines].slice(-KEPT);
    },
    refetchInterval: live ? 1_500 : false,
  });
  const { refetch } = log;
  const wasLive = useRef(live);
  useLayoutEffect(() => {
    // The last lines are written after the last question of a live job.
    if (wasLive.current && !live) void refetch();
    wasLive.current = live;
  }, [live, refetch]);
  const count = log.data?.at(-1)?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new last line is the reason to scroll
  useLayoutEffect(() => {
    if (atEnd.current) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [count]);
  return (
    <>
      <Problem error={log.error} onRetry={refetch} />
      <div
        ref={box}
        className={classes.log}
        style={height ? { height } : undefined}
        role="log"
        aria-label="Log"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so keys must reach it
        tabIndex={0}
        onScroll={({ currentTarget: at }) => {
          atEnd.current = at.scrollHeight - at.scrollTop - at.clientHeight < 24;
        }}
      >
        {log.data?.length === 0 ? <EmptyNote text="No line has been written yet." /> : null}
        {log.data?.map(({ id, at, line }) => (
          <div key={id} className={classes.line}>
            <time dateTime={at}>{new Date(at).toLocaleTimeString('en-GB')}</time>
            <span>{line}</span>
          </div>
        ))}
      </div>
    </>
  );
}
