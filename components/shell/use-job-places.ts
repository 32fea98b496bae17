'use client';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { jobPlacesSchema, type JobPlaces } from '@/lib/domain/search';
import { apiGet } from '../api/client';

/** Typing goes on this long, in ms, before it is asked for a job. */
const PAUSE_MS = 250;
const MAX_ID_CHARS = 1024;

/** The queues that have a job of the id that was typed; `undefined` while nothing is known. */
export function useJobPlaces(text: string): { places: JobPlaces | undefined; isLooking: boolean } {
  const [id, setId] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setId(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const isAsked = id !== '' && id.length <= MAX_ID_CHARS && id === text.trim();
  const { data, isFetching } = useQuery({
    queryKey: ['job-places', id],
    queryFn: ({ signal }) => apiGet(`/jobs/${encodeURIComponent(id)}`, jobPlacesSchema, { signal }),
    enabled: isAsked,
    staleTime: 5_000,
    retry: false,
  });
  const isWaiting = text.trim() !== '' && id !== text.trim();
  return { places: isAsked ? data : undefined, isLooking: isFetching || isWaiting };
}
