'use client';

import { Alert, Button, Select, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { StatusDot } from '@/components/class/status-dot.tsx';
import { call } from '@/lib/client/api.ts';
import { keys } from '@/lib/client/keys.ts';
import { api } from '@/lib/contract/api.ts';
import type { Person } from '@/lib/contract/people.ts';
import { ROLES, type Role } from '@/lib/contract/roles.ts';
import { AddPersonForm } from './add-person-form.tsx';
import classes from './people-page.module.css';

interface Change {
  id: string;
  role?: Role;
  disabled?: boolean;
}

/** Everyone with an account; roles change in place, accounts are disabled and never deleted, since their labels stay. */
export function PeoplePage() {
  const client = useQueryClient();
  const [adding, setAdding] = useState(false);
  const people = useQuery({
    queryKey: keys.people,
    queryFn: ({ signal }) => call(api.listPeople, { signal }),
  });
  const change = useMutation({
    mutationFn: ({ id, ...body }: Change) => call(api.changePerson, { params: { id }, body }),
    onMutate: ({ id, ...body }) => {
      const before = client.getQueryData<Person[]>(keys.people);
      client.setQueryData<Person[]>(keys.people, (rows) =>
        rows?.map((row) => (row.id === id ? { ...row, ...body } : row)),
      );
      return { before };
    },
    onError: (_, __, context) => client.setQueryData(keys.people, context?.before),
    onSettled: () => client.invalidateQueries({ queryKey: keys.people }),
  });
  const problem = change.error ?? people.error;
  return (
    <div className={classes.people}>
      <div className={classes.head}>
        <h2>{people.data ? `${people.data.length} people` : 'People'}</h2>
        <Button variant={adding ? 'default' : 'filled'} onClick={() => setAdding(!adding)}>
          {adding ? 'Close' : 'Add a person'}
        </Button>
      </div>
      {adding ? <AddPersonForm onAdded={() => setAdding(false)} /> : null}
      {problem ? (
        <Alert color="red" title="Not done" role="alert">
          {problem.message}
        </Alert>
      ) : null}
      <Table stickyHeader verticalSpacing={0}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>E-mail</Table.Th>
            <Table.Th w={140}>Role</Table.Th>
            <Table.Th w={140}>Since</Table.Th>
            <Table.Th w={160}>Account</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {people.data?.map((person) => (
            <Table.Tr key={person.id}>
              <Table.Td>{person.name}</Table.Td>
              <Table.Td>{person.email}</Table.Td>
              <Table.Td>
                <Select
                  aria-label={`Role of ${person.name}`}
                  data={ROLES}
                  value={person.role}
                  allowDeselect={false}
                  onChange={(role) => role && change.mutate({ id: person.id, role })}
                />
              </Table.Td>
              <Table.Td>{new Date(person.createdAt).toLocaleDateString()}</Table.Td>
              <Table.Td>
                <div className={classes.account}>
                  <StatusDot status={person.disabled ? 'idle' : 'good'}>
                    {person.disabled ? 'disabled' : 'active'}
                  </StatusDot>
                  <Button
                    variant="subtle"
                    onClick={() => change.mutate({ id: person.id, disabled: !person.disabled })}
                    aria-label={`${person.disabled ? 'Enable' : 'Disable'} ${person.name}`}
                  >
                    {person.disabled ? 'Enable' : 'Disable'}
                  </Button>
                </div>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
