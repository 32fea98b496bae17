import { z } from 'zod';
import { runCommand } from './setup/run-command';

const LIMIT_MS = 90_000;

const reportSchema = z.object({
  vulnerabilities: z.record(
    z.string(),
    z.object({
      severity: z.enum(['info', 'low', 'moderate', 'high', 'critical']),
      range: z.string(),
      via: z.array(z.union([z.string(), z.object({ title: z.string(), url: z.string() })])),
    }),
  ),
});

/**
 * Asks npm's registry for known holes in what production uses. Ends with 1 for a high or critical one. A registry that does
 * not answer (mirrors often lack this endpoint) is said and is no failure: then nothing is known, which is not the
 * same as nothing found.
 */
const { stdout, stderr } = await runCommand('npm', ['audit', '--omit=dev', '--json'], { limitMs: LIMIT_MS });
const report = reportSchema.safeParse(parse(stdout));
if (!report.success) {
  const told = z.object({ message: z.string() }).safeParse(parse(stdout)).data?.message;
  const reason = told ?? stderr.split('\n').find((line) => line.includes('audit')) ?? 'no report came';
  console.log(`npm audit gave no answer (${withoutAddresses(reason.trim())}).`);
  console.log('So nothing is known about holes in the dependencies. SECURITY.md has what was reviewed by hand.');
} else {
  const found = Object.entries(report.data.vulnerabilities);
  for (const [name, { severity, range, via }] of found)
    console.log(
      `${severity.padEnd(8)} ${name} ${range}: ${via.map((one) => (typeof one === 'string' ? `by ${one}` : `${one.title} ${one.url}`)).join('; ')}`,
    );
  const bad = found.filter(([, { severity }]) => severity === 'high' || severity === 'critical').length;
  console.log(`${found.length} packages with known holes, ${bad} of them high or critical.`);
  if (bad > 0) process.exitCode = 1;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Which registry is used is the machine's own business. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/https?:\/\/\S+/g, 'the registry');
}
