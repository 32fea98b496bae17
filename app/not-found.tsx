import Link from 'next/link';
import { SearchX } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';

export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-items-center">
      <Empty icon={<SearchX size={28} strokeWidth={1.5} />} title="There is nothing at this address">
        <p className="mb-3">The address may have been cut when it was copied, or what it showed is gone.</p>
        <Button asChild>
          <Link href="/">To the overview</Link>
        </Button>
      </Empty>
    </main>
  );
}
