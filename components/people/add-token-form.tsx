'use client';

import { Button, MultiSelect, Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import { TOKEN_SCOPES, type TokenScope } from '@/lib/contract/token.ts';
import classes from './people-page.module.css';

const SCOPE_WORDS: Record<TokenScope, string> = {
  classify: 'classify windows',
  model: 'read the model’s quantisation',
};
const LIFETIMES = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: 'never', label: 'no end' },
];

export function AddTokenForm({ onMade }: { onMade: (secret: string) => void }) {
  const client = useQueryClient();
  const form = useForm({
    initialValues: { name: '', scopes: [...TOKEN_SCOPES] as TokenScope[], lifetime: '90' },
    validate: { scopes: (scopes) => (scopes.length === 0 ? 'A token without a use can do nothing' : null) },
  });
  const add = useMutation({
    mutationFn: ({ name, scopes, lifetime }: typeof form.values) =>
      call(api.addToken, { body: { name, scopes, days: lifetime === 'never' ? null : Number(lifetime) } }),
    onSuccess: async ({ secret }) => {
      await client.invalidateQueries({ queryKey: keys.tokens });
      onMade(secret);
    },
  });
  return (
    <form className={classes.tokenForm} onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <TextInput label="Name of the program" required maxLength={80} {...form.getInputProps('name')} />
      <MultiSelect
        label="To"
        data={TOKEN_SCOPES.map((value) => ({ value, label: SCOPE_WORDS[value] }))}
        {...form.getInputProps('scopes')}
      />
      <Select label="For" data={LIFETIMES} allowDeselect={false} {...form.getInputProps('lifetime')} />
      <Button type="submit" loading={add.isPending}>
        Make
      </Button>
      {add.error ? (
        <p role="alert" className={classes.problem}>
          {add.error.message}
        </p>
      ) : null}
    </form>
  );
}
