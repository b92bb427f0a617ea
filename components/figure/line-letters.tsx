import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import classes from './line-plot.module.css';
import { spread } from './spread.ts';

export type PlotRow = Record<string, number | null>;

export interface PlotLine {
  /** Key in each row of the data. */
  name: string;
  label: string;
  color: string;
  /** Written at the line's end, so that its colour is not its only sign. */
  letter?: string;
  dashed?: boolean;
}

/** From one letter to the next, pixels. */
const LETTER_HEIGHT = 12;
/** From a line's end to its letter. */
const BESIDE = 6;

/** The letters at the lines' ends; where lines end together they stand under one another, in the lines' order. */
export function LineLetters({ rows, x, lines }: { rows: PlotRow[]; x: string; lines: readonly PlotLine[] }) {
  const area = usePlotArea();
  const toX = useXAxisScale();
  const toY = useYAxisScale();
  if (!area || !toX || !toY) return null;
  const ends: End[] = lines.flatMap(({ name, letter, color }) => {
    const row = rows.findLast((one) => one[name] !== null && one[name] !== undefined);
    const left = toX(row?.[x]);
    const top = toY(row?.[name]);
    return letter === undefined || left === undefined || top === undefined
      ? []
      : [{ name, letter, color, left, top }];
  });
  return columnsOf(ends).flatMap((column) => {
    const tops = spread(
      column.map(({ top }) => top),
      LETTER_HEIGHT,
      area.y,
      area.y + area.height,
    );
    return column.map(({ name, letter, color, left }, i) => (
      <text key={name} x={left + BESIDE} y={tops[i]} fill={color} className={classes.letter}>
        {letter}
      </text>
    ));
  });
}

interface End extends Required<Pick<PlotLine, 'name' | 'letter' | 'color'>> {
  readonly left: number;
  readonly top: number;
}

/** Ends so near beside one another that their letters could touch. */
function columnsOf(ends: readonly End[]): End[][] {
  const columns: End[][] = [];
  for (const end of [...ends].sort((a, b) => a.left - b.left)) {
    const column = columns.at(-1);
    if (column && end.left - column[0].left < LETTER_HEIGHT) column.push(end);
    else columns.push([end]);
  }
  return columns;
}
