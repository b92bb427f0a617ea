import classes from './figure.module.css';

/** Table rows to come, of the rows' own height; shown only once waiting has lasted 150 ms. */
export function LoadingRows({ rows = 8 }: { rows?: number }) {
  return (
    <div className={`${classes.rows} ${classes.late}`} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows without identity
        <div key={row} className={classes.row} />
      ))}
    </div>
  );
}

/** A figure or panel to come, of its own height in pixels. */
export function LoadingBlock({ height }: { height: number }) {
  return (
    <div
      className={`${classes.block} ${classes.late}`}
      style={{ height }}
      role="status"
      aria-label="Loading"
    />
  );
}
