/** Decimals that show a price of this size to about six significant digits, as an exchange's ticket does. */
export function priceDecimals(price: number): number {
  if (!(price > 0)) return 2;
  return Math.max(0, Math.min(8, 5 - Math.floor(Math.log10(price))));
}

/** A price with the decimals of its series, so that figures under one another align. */
export function formatPrice(price: number, decimals: number): string {
  return price.toFixed(decimals);
}

const UNITS: readonly [number, string][] = [
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'k'],
];

/** A volume in four or five characters: `812`, `9.31k`, `-1.20M`. */
export function formatVolume(value: number): string {
  const size = Math.abs(value);
  for (const [unit, letter] of UNITS) {
    if (size >= unit * 0.9995) return `${(value / unit).toPrecision(3)}${letter}`;
  }
  return size >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(2);
}

/** The bar's open time in UTC, the zone all data is in: `2025-03-14 07:00`. */
export function formatBarTime(ts: number): string {
  return new Date(ts).toISOString().slice(0, 16).replace('T', ' ');
}
