'use client';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { z } from 'zod';
import { alertRulesSchema, ruleStandingsSchema, savedRuleSchema, type AlertRule } from '@/lib/domain/alert-rule';
import { apiGet, apiPost, apiSend } from '../api/client';

const REFETCH_MS = 10_000;
const KEY = ['alert-rules'];

export function useRules() {
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => apiGet('/alerts/rules', alertRulesSchema, { signal }),
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}

export type RuleChange =
  | { do: 'add'; rule: AlertRule }
  | { do: 'change'; id: string; rule: AlertRule; revision: number }
  | { do: 'delete'; id: string }
  | { do: 'import'; alerts: AlertRule[] };

/** Changes the rules made on the screen. */
export function useRuleChange() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: RuleChange): Promise<void> => {
      switch (change.do) {
        case 'add':
          await apiPost('/alerts/rules', { rule: change.rule }, savedRuleSchema);
          return;
        case 'change': {
          const { id, rule, revision } = change;
          await apiSend('PUT', `/alerts/rules/${id}`, { rule, revision }, savedRuleSchema);
          return;
        }
        case 'delete':
          await apiSend('DELETE', `/alerts/rules/${change.id}`, undefined, z.object({ revision: z.number() }));
          return;
        case 'import':
          await apiPost('/alerts/rules/import', { alerts: change.alerts }, z.object({ rules: z.number() }));
          return;
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: KEY }),
  });
}

/** Where a rule, saved or not, stands for each queue now; `null`: not asked. */
export function useStandings(rule: AlertRule | null) {
  return useQuery({
    queryKey: ['alert-standings', rule],
    queryFn: ({ signal }) => apiPost('/alerts/rules/standings', { rule }, ruleStandingsSchema, { signal }),
    enabled: rule !== null,
    refetchInterval: REFETCH_MS,
    placeholderData: keepPreviousData,
  });
}
