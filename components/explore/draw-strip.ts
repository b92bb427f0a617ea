import { type ChartPalette, withAlpha } from '@/components/chart/palette.ts';
import type { Mark } from '@/lib/client/explore/mark.ts';
import { CLASS_FACTS, CLASS_IDS } from '@/lib/contract/classes.ts';
import { BADGE, COLUMN, type MarkGroup } from './mark-groups.ts';

interface StripCanvas {
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
  readonly palette: ChartPalette;
  readonly fontFamily: string;
  readonly letters: boolean;
}

/** Draws a strip's marks over what its canvas held. */
export function drawStrip(
  context: CanvasRenderingContext2D,
  groups: readonly MarkGroup[],
  canvas: StripCanvas,
): void {
  const { width, height, ratio, palette, letters } = canvas;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (letters) {
    context.font = `600 11px ${canvas.fontFamily}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    for (const group of groups) drawBadge(context, group, height, palette);
  } else {
    for (const group of groups) drawColumn(context, group, height, palette);
  }
}

function drawBadge(
  context: CanvasRenderingContext2D,
  { x, marks }: MarkGroup,
  height: number,
  palette: ChartPalette,
): void {
  const [first] = marks;
  const same = marks.every((mark) => mark.class === first.class);
  const colour = same ? palette.classes[first.class] : palette.text;
  const left = Math.round(x - BADGE / 2);
  const top = Math.round((height - BADGE) / 2);
  context.beginPath();
  context.roundRect(left + 0.5, top + 0.5, BADGE - 1, BADGE - 1, 4);
  context.fillStyle = withAlpha(colour, isFirm(first) ? 0.22 : 0.06);
  context.fill();
  context.strokeStyle = withAlpha(colour, isFirm(first) ? 0.3 : 0.8);
  context.lineWidth = 1;
  context.setLineDash(isFirm(first) ? [] : [2, 2]);
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = colour;
  // Several classes on one spot: how many marks there are, as no one letter would be true.
  context.fillText(
    same ? CLASS_FACTS[first.class].letter : String(marks.length),
    left + BADGE / 2,
    top + BADGE / 2 + 0.5,
  );
}

/** Dashed is what weighs less: a label by someone who saw what came next, a prediction of a stored window alone. */
function isFirm(mark: Mark): boolean {
  if (mark.source === 'people') return !mark.sawFuture;
  return mark.source === 'rules' || mark.scanned;
}

/** Each class's share of a column, in the order of the classes. */
function drawColumn(
  context: CanvasRenderingContext2D,
  { x, marks }: MarkGroup,
  height: number,
  palette: ChartPalette,
): void {
  let top = 3;
  for (const id of CLASS_IDS) {
    const count = marks.reduce((sum, mark) => sum + (mark.class === id ? 1 : 0), 0);
    if (count === 0) continue;
    const tall = ((height - 6) * count) / marks.length;
    context.fillStyle = palette.classes[id];
    context.fillRect(x - COLUMN / 2, top, COLUMN - 0.5, tall);
    top += tall;
  }
}
