/** A line from top to bottom of a pane, sharp on its pixel. */
export function drawUpright(
  context: CanvasRenderingContext2D,
  at: number,
  height: number,
  colour: string,
  dash: number[],
): void {
  const x = Math.round(at) + 0.5;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.setLineDash(dash);
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  context.setLineDash([]);
}
