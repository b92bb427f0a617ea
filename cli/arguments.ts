import { InvalidArgumentError } from 'commander';

/** Reads a whole number; commander shows the sentence with the option's name. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}
