import type { SortingState } from '@tanstack/react-table';
import { parseAsString, useQueryState } from 'nuqs';

/** A table's sorting, kept in the address as `?sort=bars` or `?sort=-bars`. */
export function useUrlSorting(
  standard: string,
  key = 'sort',
): [SortingState, (sorting: SortingState) => void] {
  const [value, setValue] = useQueryState(key, parseAsString.withDefault(standard));
  const sorting = value === '' ? [] : [{ id: value.replace(/^-/, ''), desc: value.startsWith('-') }];
  const setSorting = ([first]: SortingState) => {
    void setValue(first ? `${first.desc ? '-' : ''}${first.id}` : standard);
  };
  return [sorting, setSorting];
}
