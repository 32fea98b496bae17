'use client';
import { Lock } from 'lucide-react';
import Link from 'next/link';
import { Button } from '../ui/button';
import { Empty } from '../ui/empty';
import { useMe } from './me';

/** Stands in the place of a screen that the person's role does not open. */
export function Forbidden({ needs }: { needs: string }) {
  const { name, role } = useMe();
  return (
    <Empty icon={<Lock size={28} strokeWidth={1.5} />} title="This screen is not open to you">
      <p className="mb-3">
        You are signed in as {name} with the role {role}; it needs the role {needs}. An admin can change roles on the
        server with <code className="font-mono text-xs">npm run users</code>.
      </p>
      <Button asChild>
        <Link href="/">To the overview</Link>
      </Button>
    </Empty>
  );
}
