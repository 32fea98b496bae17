'use client';
import { useId, type FormEvent, type ReactNode } from 'react';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';

type Props = {
  open: boolean;
  title: string;
  description: string;
  /** On the button that sends: what it does, and what it says meanwhile. */
  action: { label: string; pending: string; isPending: boolean };
  onClose(): void;
  onSubmit(): Promise<void>;
  children: ReactNode;
};

/** A dialog that is one form: fields, a way out, and one thing to do. */
export function FormDialog({ open, title, description, action, onClose, onSubmit, children }: Props) {
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <Modal
      open={open}
      onOpenChange={(next) => !next && onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" form={id} disabled={action.isPending}>
            {action.isPending ? action.pending : action.label}
          </Button>
        </>
      }
    >
      <form id={id} className="flex flex-col gap-3" onSubmit={submit}>
        {children}
      </form>
    </Modal>
  );
}
