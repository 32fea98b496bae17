'use client';
import { Crash } from '@/components/shell/crash';

type Props = { error: Error & { digest?: string }; reset(): void };

export default function BoardError({ error, reset }: Props) {
  return <Crash error={error} retry={reset} />;
}
