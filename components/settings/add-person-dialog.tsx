'use client';
import { useState } from 'react';
import { ApiError, sentenceOf } from '../api/problem';
import { SelectField, TextField } from '../ui/field';
import { FormDialog } from './form-dialog';
import { useAddPerson } from './use-people';

type Props = { open: boolean; roles: readonly string[]; onClose(): void; onMade(password: string): void };

/** Adds a person; the password is made and shown once. */
export function AddPersonDialog({ open, roles, onClose, onMade }: Props) {
  const { mutateAsync, isPending, error, reset } = useAddPerson();
  const [email, setEmail] = useState('');
  const [role, setRole] = useState('viewer');
  const close = () => {
    setEmail('');
    reset();
    onClose();
  };
  const submit = async () => {
    const made = await mutateAsync({ email: email.trim(), role }).catch(() => null);
    if (made === null) return;
    close();
    if (made.password !== null) onMade(made.password);
  };
  const atEmail = error instanceof ApiError && error.invalidParams.some(({ path }) => path === 'email');
  return (
    <FormDialog
      open={open}
      title="Add a person"
      description="A password is made and shown to you once. The person can change it under “Your account”."
      action={{ label: 'Add', pending: 'Adding…', isPending }}
      onClose={close}
      onSubmit={submit}
    >
      <TextField
        label="E-mail address"
        type="email"
        value={email}
        onChange={(event) => setEmail(event.target.value)}
        autoComplete="off"
        required
        autoFocus
        error={atEmail ? sentenceOf(error) : undefined}
      />
      <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value)}>
        {roles.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </SelectField>
      <p role="alert" className="text-sm text-crit empty:hidden">
        {error && !atEmail ? sentenceOf(error) : null}
      </p>
    </FormDialog>
  );
}
