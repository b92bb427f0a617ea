import { expect, test } from 'vitest';
import { guessName } from './guess-name.ts';

test.each([
  ['binance-spot_BTCUSDT_1h_2017-2020.csv.gz', 'binance-spot', 'BTCUSDT', '1h'],
  ['sse_000001-index_1m.csv.gz', 'sse', '000001-index', '1m'],
  ['folder/fx-oanda_EURUSD_1h_2007-2018.csv', 'fx-oanda', 'EURUSD', '1h'],
  ['BTCUSDT-1h-2024-01.zip', null, 'BTCUSDT', '1h'],
  ['ETHUSDT-15m-2024-01-31.csv', null, 'ETHUSDT', '15m'],
  ['BTCUSDT_1h.csv', null, 'BTCUSDT', '1h'],
  ['export.csv', null, null, null],
])('%s is read as venue %s, symbol %s, timeframe %s', (name, venue, symbol, timeframe) => {
  expect(guessName(name)).toEqual({ venue, symbol, timeframe });
});
