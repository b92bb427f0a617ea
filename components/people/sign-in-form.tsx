'use client';

import { PasswordInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { signIn } from '@/lib/client/session.ts';
import { EntryForm } from './entry-form.tsx';
import { WaitingHere } from './waiting-here.tsx';

export function SignInForm() {
  const form = useForm({ initialValues: { email: '', password: '' } });
  return (
    <EntryForm
      title="Halyard"
      form={form}
      act="Sign in"
      enter={async ({ email, password }) => {
        const reason = await signIn(email, password);
        if (reason !== null) throw new Error(reason);
        window.location.assign('/label');
      }}
    >
      <WaitingHere />
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
    </EntryForm>
  );
}
