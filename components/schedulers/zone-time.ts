/** `Mon, Mar 30, 02:30 GMT+2` in a zone of its own: a schedule is meant in its zone, not in the viewer's. */
export function formatInZone(at: number, zone: string, locale?: string): string {
  try {
    const date = new Date(at);
    return date.toLocaleString(locale, {
      timeZone: zone,
      weekday: 'short',
      month: 'short',
      day: '2-digit',
      ...(Math.abs(at - Date.now()) > 300 * 86_400_000 ? { year: 'numeric' as const } : {}),
      hour: '2-digit',
      minute: '2-digit',
      ...(at % 60_000 === 0 ? {} : { second: '2-digit' as const }),
      hourCycle: 'h23',
      timeZoneName: 'shortOffset',
    });
  } catch {
    return new Date(at).toISOString();
  }
}
