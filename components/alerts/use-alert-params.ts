'use client';
import { parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';

export const ALERT_TABS = ['incidents', 'rules', 'history', 'silences', 'channels'] as const;
export type AlertTab = (typeof ALERT_TABS)[number];

/** What the alerts screen shows, as the address says it. */
export function useAlertParams() {
  const [params, setParams] = useQueryStates({
    tab: parseAsStringLiteral(ALERT_TABS).withDefault('incidents'),
    /** A rule's id, or `new`: its dialog is open. */
    rule: parseAsString,
    queue: parseAsString.withDefault(''),
    ruleName: parseAsString.withDefault(''),
    text: parseAsString.withDefault(''),
    severity: parseAsStringLiteral(['info', 'warning', 'critical'] as const),
  });
  return { ...params, setParams };
}
