'use client';

import { Button, Group, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Status, StatusDot } from '@/components/class/status-dot.tsx';
import { Dialog } from '@/components/figure/dialog.tsx';
import { Problem } from '@/components/figure/notice.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Token } from '@/lib/contract/token.ts';
import { AddTokenForm } from './add-token-form.tsx';
import { NewToken } from './new-token.tsx';
import classes from './people-page.module.css';

const DOTS: Record<Token['state'], Status> = { active: 'good', expired: 'warn', revoked: 'idle' };

/** The tokens by which other programs call the gRPC server: made, told once, and revoked for good. */
export function Tokens() {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<string | null>(null);
  const [revoking, setRevoking] = useState<string | null>(null);
  const tokens = useQuery({
    queryKey: keys.tokens,
    queryFn: ({ signal }) => call(api.listTokens, { signal }),
  });
  const revoke = useMutation({
    mutationFn: (name: string) => call(api.revokeToken, { params: { name } }),
    onSettled: () => {
      setRevoking(null);
      return client.invalidateQueries({ queryKey: keys.tokens });
    },
  });
  const toggle = () => {
    setMade(null);
    setAdding(!adding);
  };
  return (
    <section className={classes.people} aria-labelledby="tokens-title">
      <div className={classes.head}>
        <h2 id="tokens-title">Tokens for programs</h2>
        <Button variant={adding ? 'default' : 'filled'} onClick={toggle}>
          {adding ? 'Close' : 'Make a token'}
        </Button>
      </div>
      {adding ? (
        <AddTokenForm
          onMade={(secret) => {
            setAdding(false);
            setMade(secret);
          }}
        />
      ) : null}
      {made ? <NewToken secret={made} onClose={() => setMade(null)} /> : null}
      <Problem error={revoke.error ?? tokens.error} />
      {tokens.data?.length === 0 ? (
        <p className={classes.empty}>None yet. A program needs one to have windows classified over gRPC.</p>
      ) : null}
      {tokens.data && tokens.data.length > 0 ? (
        <TokenTable tokens={tokens.data} onRevoke={setRevoking} />
      ) : null}
      {revoking === null ? null : (
        <Dialog title={`Revoke "${revoking}"?`} onClose={() => setRevoking(null)}>
          <p>Whatever calls with it is refused within seconds. A revoked token cannot be brought back.</p>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setRevoking(null)} data-autofocus>
              Keep it
            </Button>
            <Button loading={revoke.isPending} onClick={() => revoke.mutate(revoking)}>
              Revoke
            </Button>
          </Group>
        </Dialog>
      )}
    </section>
  );
}

function TokenTable({ tokens, onRevoke }: { tokens: readonly Token[]; onRevoke: (name: string) => void }) {
  return (
    <Table verticalSpacing={0}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Name</Table.Th>
          <Table.Th w={160}>For</Table.Th>
          <Table.Th w={140}>Expires</Table.Th>
          <Table.Th w={140}>Last used</Table.Th>
          <Table.Th w={160}>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {tokens.map(({ name, scopes, state, expiresAt, lastUsedAt }) => (
          <Table.Tr key={name}>
            <Table.Td>{name}</Table.Td>
            <Table.Td>{scopes.join(', ')}</Table.Td>
            <Table.Td>{day(expiresAt)}</Table.Td>
            <Table.Td>{day(lastUsedAt)}</Table.Td>
            <Table.Td>
              <div className={classes.account}>
                <StatusDot status={DOTS[state]}>{state}</StatusDot>
                {state === 'revoked' ? null : (
                  <Button variant="subtle" onClick={() => onRevoke(name)} aria-label={`Revoke ${name}`}>
                    Revoke
                  </Button>
                )}
              </div>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function day(at: string | null): string {
  return at === null ? 'never' : new Date(at).toLocaleDateString();
}
