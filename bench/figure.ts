/** One measured number; `npm run bench` prints each as a line of JSON. */
export interface Figure {
  readonly bench: string;
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** How many samples the value comes from. */
  readonly n: number;
  /** What it was measured on, in words: `1000000 windows`. */
  readonly size: string;
  /** What it must reach; null for a figure that is only told. */
  readonly limit: number | null;
  readonly machine: string;
}

/** What a benchmark file exports by default. */
export interface Bench {
  readonly name: string;
  /** One sentence: what is measured. */
  readonly about: string;
  /** `quick` means fewer repetitions, never a smaller store or file. */
  run(options: { readonly quick: boolean }): Promise<readonly Figure[]>;
}
