import { Notice } from '@/components/figure/notice.tsx';
import { useSystem } from './use-train.ts';

/** What stands in the way of training, in words; nothing when all is there. */
export function Readiness() {
  const { data } = useSystem();
  if (!data) return null;
  const { state, message } = data.trainer;
  return (
    <>
      {state === 'installing' ? (
        <Notice
          tone="info"
          text={`The trainer’s Python environment is being made: ${message} Datasets can be built meanwhile.`}
        />
      ) : null}
      {state === 'missing' || state === 'failed' ? (
        <Notice tone={state === 'failed' ? 'bad' : 'warn'} text={message} />
      ) : null}
      {data.workersAlive === 0 ? (
        <Notice
          tone="warn"
          text="No worker is running: what you start here waits until npm start, or halyard itself, runs one."
        />
      ) : null}
    </>
  );
}
