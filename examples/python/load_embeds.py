"""Loads a `pattern_embeds.parquet` into Postgres with pgvector, for search by likeness outside Halyard.

    npx halyard model embeds v0_1_0 --out pattern_embeds.parquet
    python examples/python/load_embeds.py pattern_embeds.parquet postgresql://user:password@host/database

Makes the table `pattern_embeds` where it is missing. A file that is loaded again replaces the rows of its version:
that is one transaction, so a reader sees the former rows or the new ones.

    SELECT symbol, ts, class, embed <=> '[…]' AS distance FROM pattern_embeds
     WHERE model_version = 'v0_1_0' ORDER BY distance LIMIT 20;
"""

import argparse
import sys

import psycopg
from pyarrow import parquet

ROWS_AT_ONCE = 10_000
COLUMNS = ["venue", "symbol", "timeframe", "ts", "class", "quality", "embed"]

TABLE = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE IF NOT EXISTS pattern_embeds (
  model_version text NOT NULL,
  venue text NOT NULL,
  symbol text NOT NULL,
  timeframe text NOT NULL,
  ts timestamptz NOT NULL,
  class text NOT NULL,
  quality real NOT NULL,
  embed vector(64) NOT NULL,
  PRIMARY KEY (model_version, venue, symbol, timeframe, ts)
);
CREATE INDEX IF NOT EXISTS pattern_embeds_likeness ON pattern_embeds USING hnsw (embed vector_cosine_ops);
"""


def load(path: str, database: str) -> int:
    """Returns how many rows the table now holds of the file's version."""
    file = parquet.ParquetFile(path)
    version = file.schema_arrow.metadata[b"model_version"].decode()
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute("DELETE FROM pattern_embeds WHERE model_version = %s", (version,))
        rows = 0
        copying = f"COPY pattern_embeds (model_version, {', '.join(COLUMNS)}) FROM STDIN"
        with cursor.copy(copying) as copy:
            for batch in file.iter_batches(ROWS_AT_ONCE, columns=COLUMNS):
                for row in batch.to_pylist():
                    embed = "[" + ",".join(map(repr, row.pop("embed"))) + "]"
                    copy.write_row([version, *row.values(), embed])
                    rows += 1
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description="Load a pattern_embeds.parquet into Postgres with pgvector.")
    parser.add_argument("file")
    parser.add_argument("database", help="such as postgresql://user:password@host/database")
    given = parser.parse_args()
    print(f"{load(given.file, given.database)} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main())
