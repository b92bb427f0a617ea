'use client';

import { Button } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { type ReactNode, useState } from 'react';
import classes from './entry-form.module.css';

interface EntryFormProps<Values> {
  title: string;
  form: UseFormReturnType<Values>;
  /** What the button says. */
  act: string;
  /** Has the browser leave the page. @throws Error that says why not, in words for the person */
  enter: (values: Values) => Promise<void>;
  /** The fields. */
  children: ReactNode;
}

/** The frame of the forms that lead in: one card, its problem above its one button, nothing else on the page. */
export function EntryForm<Values>({ title, form, act, enter, children }: EntryFormProps<Values>) {
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    try {
      await enter(values);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  });
  return (
    <main className={classes.entry}>
      <form onSubmit={submit}>
        <h1>{title}</h1>
        {children}
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
        <Button type="submit" size="sm" loading={busy} fullWidth>
          {act}
        </Button>
      </form>
    </main>
  );
}
