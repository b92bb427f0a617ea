'use client';

import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { call } from '@/lib/client/api.ts';
import { signIn } from '@/lib/client/session.ts';
import { api } from '@/lib/contract/api.ts';
import { PASSWORD_MIN } from '@/lib/contract/people.ts';
import classes from './entry-form.module.css';

/** Makes the first admin and signs them in. */
export function SetupForm({ secret }: { secret: string }) {
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      password: (value) => (value.length < PASSWORD_MIN ? `At least ${PASSWORD_MIN} characters` : null),
    },
  });
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = form.onSubmit(async (values) => {
    setBusy(true);
    try {
      await call(api.setup, { body: { ...values, secret } });
      const reason = await signIn(values.email, values.password);
      window.location.assign(reason === null ? '/label' : '/sign-in');
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  });
  return (
    <main className={classes.entry}>
      <form onSubmit={submit}>
        <h1>Welcome to Halyard</h1>
        <p>You are the first one here, so you become its admin.</p>
        <TextInput
          label="Name"
          autoComplete="name"
          autoFocus
          required
          maxLength={80}
          {...form.getInputProps('name')}
        />
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          description={`At least ${PASSWORD_MIN} characters`}
          autoComplete="new-password"
          required
          {...form.getInputProps('password')}
        />
        <p role="alert" className={classes.problem}>
          {problem}
        </p>
        <Button type="submit" size="sm" loading={busy} fullWidth>
          Become admin
        </Button>
      </form>
    </main>
  );
}
