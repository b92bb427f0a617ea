import { InvalidArgumentError } from 'commander';
import { CLASS_IDS, type ClassId } from '@/lib/contract/classes.ts';

/** Reads a whole number; commander shows the sentence with the option's name. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

export function decimal(text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new InvalidArgumentError('a number is needed');
  return value;
}

type ByClass = Partial<Record<ClassId, number>>;

/** Reads `flag=500`, which may be given for one class after another. */
export const ofClass =
  (parse: (text: string) => number) =>
  (text: string, former: ByClass): ByClass => {
    const [name, value] = text.split('=');
    const id = CLASS_IDS.find((one) => one === name);
    if (!id || value === undefined)
      throw new InvalidArgumentError(`class=number is needed, of ${CLASS_IDS.join(', ')}`);
    return { ...former, [id]: parse(value) };
  };
