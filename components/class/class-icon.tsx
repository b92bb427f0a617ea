import { IconArrowBarToUp, IconCircleDashed, IconFlag, IconTriangle } from '@tabler/icons-react';
import type { ClassId } from '@/lib/contract/classes.ts';

/** A candle with a long lower wick: no icon set has one. */
function WickIcon({ size }: { size: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.8}
      aria-hidden="true"
    >
      <path d="M12 2v3M12 11v11" strokeLinecap="round" />
      <rect x="8" y="5" width="8" height="6" rx="1" />
    </svg>
  );
}

/** The sign of a class, in the colour of the text around it. */
export function ClassIcon({ id, size = 14 }: { id: ClassId; size?: number }) {
  const props = { size, stroke: 1.8, 'aria-hidden': true } as const;
  switch (id) {
    case 'flag':
      return <IconFlag {...props} />;
    case 'wedge':
      return <IconTriangle {...props} />;
    case 'blowoff':
      return <IconArrowBarToUp {...props} />;
    case 'wick_exhaustion':
      return <WickIcon size={size} />;
    case 'none':
      return <IconCircleDashed {...props} />;
  }
}
