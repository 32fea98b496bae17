'use client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { toast } from 'sonner';
import type { z } from 'zod';
import {
  madePersonSchema,
  peopleSchema,
  personActionResultSchema,
  type newPersonSchema,
  type personActionSchema,
} from '@/lib/domain/person';
import { apiGet, apiPost } from '../api/client';
import { sentenceOf } from '../api/problem';

const KEY = ['people'];

/** Everybody who may sign in, and all roles. */
export function usePeople() {
  return useQuery({ queryKey: KEY, queryFn: ({ signal }) => apiGet('/people', peopleSchema, { signal }) });
}

export function useAddPerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: z.input<typeof newPersonSchema>) => apiPost('/people', body, madePersonSchema),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

export type PersonChange = { email: string; change: z.input<typeof personActionSchema>; done: string };

export function useChangePerson() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ email, change }: PersonChange) =>
      apiPost(`/people/${encodeURIComponent(email)}/actions`, change, personActionResultSchema),
    onSuccess: (_, { done }) => toast.success(done),
    onError: (error, { email }) => toast.error(`${email} is unchanged`, { description: sentenceOf(error) }),
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}
