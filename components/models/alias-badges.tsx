import type { Alias } from '@/lib/contract/models.ts';
import classes from './models.module.css';

/** The aliases that point at a version. */
export function AliasBadges({ aliases }: { aliases: readonly Alias[] }) {
  return (
    <span className={classes.aliases}>
      {aliases.map((alias) => (
        <span key={alias} className={classes.alias} data-alias={alias}>
          {alias}
        </span>
      ))}
    </span>
  );
}
