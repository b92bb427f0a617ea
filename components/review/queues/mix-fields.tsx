import { NumberInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { STRATEGIES } from '@/lib/core/selection/strategy.ts';
import type { QueueValues } from './queue-values.ts';
import { STRATEGY_HINTS, STRATEGY_NAMES } from './queue-words.ts';
import classes from './queues.module.css';

/** Who has which share of the places. */
export function MixFields({ form }: { form: UseFormReturnType<QueueValues> }) {
  const sum = STRATEGIES.reduce((total, strategy) => total + Number(form.values.mix[strategy]), 0);
  return (
    <section className={classes.part} aria-label="Order">
      <div className={classes.partHead}>
        <h3>Order</h3>
        <span className={sum === 100 ? classes.dim : classes.error} role="status">
          {sum} % of the places
        </span>
      </div>
      <ul className={classes.mix}>
        {STRATEGIES.map((strategy) => (
          <li key={strategy} data-used={Number(form.values.mix[strategy]) > 0 || undefined}>
            <NumberInput
              aria-label={`Share of ${STRATEGY_NAMES[strategy]}`}
              min={0}
              max={100}
              step={5}
              suffix=" %"
              {...form.getInputProps(`mix.${strategy}`)}
            />
            <span>{STRATEGY_NAMES[strategy]}</span>
            <span className={classes.dim}>{STRATEGY_HINTS[strategy]}</span>
          </li>
        ))}
      </ul>
      {form.errors.mix ? <p className={classes.error}>{form.errors.mix}</p> : null}
    </section>
  );
}
