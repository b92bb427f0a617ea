'use client';

import { Button, PasswordInput, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { ROLES, type Role } from '@/lib/contract/roles.ts';
import { newPasswordProblem } from './new-password.ts';
import classes from './people-page.module.css';

export function AddPersonForm({ onAdded }: { onAdded: () => void }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: '', email: '', password: '', role: 'analyst' as Role },
    validate: { password: newPasswordProblem },
  });
  const add = useMutation({
    mutationFn: (body: typeof form.values) => call(api.addPerson, { body }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.people });
      onAdded();
    },
  });
  return (
    <form className={classes.form} onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <TextInput label="Name" required maxLength={80} data-autofocus {...form.getInputProps('name')} />
      <TextInput label="E-mail" type="email" required {...form.getInputProps('email')} />
      <PasswordInput
        label="First password"
        autoComplete="new-password"
        required
        {...form.getInputProps('password')}
      />
      <Select label="Role" data={ROLES} allowDeselect={false} {...form.getInputProps('role')} />
      <Button type="submit" loading={add.isPending}>
        Add
      </Button>
      {add.error ? (
        <p role="alert" className={classes.problem}>
          {add.error.message}
        </p>
      ) : null}
    </form>
  );
}
