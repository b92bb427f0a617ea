'use client';

import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { call } from '@/lib/client/api.ts';
import { signIn } from '@/lib/client/session.ts';
import { api } from '@/lib/contract/api.ts';
import { PASSWORD_MIN } from '@/lib/contract/people.ts';
import { EntryForm } from './entry-form.tsx';
import { newPasswordProblem } from './new-password.ts';

/** Makes the first admin and signs them in. */
export function SetupForm({ secret }: { secret: string }) {
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: { password: newPasswordProblem },
  });
  async function enter(values: typeof form.values): Promise<void> {
    await call(api.setup, { body: { ...values, secret } });
    const reason = await signIn(values.email, values.password);
    window.location.assign(reason === null ? '/label' : '/sign-in');
  }
  return (
    <EntryForm title="Welcome to Halyard" form={form} act="Become admin" enter={enter}>
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
    </EntryForm>
  );
}
