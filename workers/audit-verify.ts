import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { anchorOf, verifyAudit, type Verified } from '../lib/actions/verify-audit';
import { configOfThisProcess } from '../lib/config/env';
import { createLog } from '../lib/config/log';
import { AUDIT_BY, type AuditBy } from '../lib/domain/audit';
import { messageOf } from '../lib/domain/errors';
import { connectStore } from '../lib/store/connect-store';

const HELP = `Checks that nobody has changed, removed or inserted an entry of the audit log.

  npm run audit:verify -- [--log FILE]...

Follows the chain of hashes in the store. With --log, also compares it with the JSON lines that Tailback wrote to its
log (as a file, level info or finer): only these show a chain that was written anew as a whole.
Ends with 0 when everything fits, 1 when something does not, 2 when it could not be checked.
`;

type Anchors = Record<AuditBy, Map<number, string>>;

/** A later line of the same number replaces none: the first one was written when the entry was. */
async function anchorsOf(files: readonly string[]): Promise<Anchors> {
  const anchors: Anchors = { people: new Map(), tokens: new Map() };
  for (const file of files)
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const anchor = anchorOf(line);
      if (anchor && !anchors[anchor.by].has(anchor.seq)) anchors[anchor.by].set(anchor.seq, anchor.hash);
    }
  return anchors;
}

function report({ by, checked, from, anchored, faultCount, faults }: Verified): string {
  const where = from !== null && from > 1 ? `, from number ${from} on (older ones are not kept)` : '';
  const lines = [
    `${by}: ${checked} entries${where}; ${anchored} compared with the log; ${faultCount === 0 ? 'nothing amiss' : `${faultCount} FAULTS`}`,
    ...faults.map(({ id, what }) => `  ${id}: ${what}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { log: { type: 'string', multiple: true }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const anchors = await anchorsOf(values.log ?? []);
  const config = configOfThisProcess();
  const redis = connectStore(config.storeUrl, { name: 'tailback-verify', log: createLog('silent', 'verify') });
  try {
    await new Promise<void>((resolve, reject) => {
      redis.once('ready', resolve);
      redis.once('error', reject);
    });
    let faults = 0;
    for (const by of AUDIT_BY) {
      const verified = await verifyAudit(redis, by, anchors[by]);
      process.stdout.write(report(verified));
      faults += verified.faultCount;
    }
    return faults === 0 ? 0 : 1;
  } finally {
    redis.disconnect();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`The audit log could not be checked: ${messageOf(error)}\n`);
  process.exitCode = 2;
}
