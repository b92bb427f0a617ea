import classes from './chart.module.css';

const WHOLE = 'Charts by TradingView Lightweight Charts';

/** What the charts' licence asks for, in the corner below the price scale, where nothing is drawn. */
export function Attribution() {
  return (
    <a
      className={classes.attribution}
      href="https://www.tradingview.com/"
      target="_blank"
      rel="noreferrer"
      tabIndex={-1}
      title={WHOLE}
      aria-label={WHOLE}
    >
      Charts by TradingView
    </a>
  );
}
