'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { signIn } from '@/lib/client/session.ts';
import classes from './entry-form.module.css';

export function SignInForm() {
  const form = useForm({ initialValues: { email: '', password: '' } });
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = form.onSubmit(async ({ email, password }) => {
    setBusy(true);
    const reason = await signIn(email, password);
    if (reason === null) window.location.assign('/label');
    else {
      setProblem(reason);
      setBusy(false);
    }
  });
  return (
    <main className={classes.entry}>
      <form onSubmit={submit}>
        <h1>Halyard</h1>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          required
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          {...form.getInputProps('password')}
        />
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
        <Button type="submit" size="sm" loading={busy} fullWidth>
          Sign in
        </Button>
      </form>
    </main>
  );
}
