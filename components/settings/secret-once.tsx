'use client';
import { Check, Copy } from 'lucide-react';
import { useState } from 'react';
import { copyText } from '../format/copy-text';
import { Button } from '../ui/button';
import { Modal } from '../ui/dialog';

type Props = { title: string; what: string; secret: string | null; onClose(): void };

/** Shows a secret the only time that it can be shown. */
export function SecretOnce({ title, what, secret, onClose }: Props) {
  const [isCopied, setCopied] = useState(false);
  const close = () => {
    setCopied(false);
    onClose();
  };
  return (
    <Modal
      open={secret !== null}
      onOpenChange={(open) => !open && close()}
      title={title}
      description={`This is the only time that ${what} is shown. Copy it now, and give it on by a safe way.`}
      footer={
        <Button variant="primary" onClick={close}>
          Done
        </Button>
      }
    >
      <div className="flex items-center gap-2 rounded-md border border-line-strong bg-bg p-2">
        <code className="min-w-0 flex-1 font-mono text-sm [overflow-wrap:anywhere]" data-secret="">
          {secret}
        </code>
        <Button
          onClick={() => {
            void copyText(secret ?? '').then(setCopied);
          }}
        >
          {isCopied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />} {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </Modal>
  );
}
