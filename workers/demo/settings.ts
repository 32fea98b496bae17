import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { PROJECT_FOLDER } from '../setup/supervise';

const credentialsSchema = z.object({
  password: z.string(),
  operatorPassword: z.string(),
  viewerPassword: z.string(),
  token: z.string(),
});
export type DemoCredentials = z.infer<typeof credentialsSchema>;

export const DEMO_SOURCE = 'demo';
export const ADMIN = 'admin@localhost';

/** The demo's own folder inside the project, mode 0700, kept from run to run. */
export async function demoFolder(): Promise<{ root: string; data: string; redis: string }> {
  const root = path.join(PROJECT_FOLDER, '.tailback', 'demo');
  const folders = { root, data: path.join(root, 'data'), redis: path.join(root, 'redis') };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true, mode: 0o700 });
  return folders;
}

/** Passwords and the API token of the demo: made at the first run, the same at the next. */
export async function demoCredentials(root: string): Promise<DemoCredentials> {
  const file = path.join(root, 'credentials.json');
  try {
    return credentialsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    const credentials = {
      password: readablePassword(),
      operatorPassword: readablePassword(),
      viewerPassword: readablePassword(),
      token: randomBytes(24).toString('base64url'),
    };
    await writeFile(file, JSON.stringify(credentials, null, 2), { mode: 0o600 });
    return credentials;
  }
}

/** The configuration file of the demo: its sources, the rules that come with Tailback, and a webhook that ends in the demo's terminal. */
export async function writeDemoConfig(
  root: string,
  redisUrl: string,
  webhookUrl: string,
  otherSources: readonly Record<string, unknown>[],
): Promise<string> {
  const file = path.join(root, 'tailback.config.json');
  const config = {
    sources: [{ name: DEMO_SOURCE, url: redisUrl }, ...otherSources],
    alertCheckSeconds: 10,
    channels: [{ kind: 'webhook', name: 'demo terminal', url: webhookUrl, allow: ['127.0.0.1'] }],
  };
  await writeFile(file, JSON.stringify(config, null, 2), { mode: 0o600 });
  return file;
}

/** Sixteen letters and digits without those that look alike, in groups to read aloud: some 80 random bits. */
function readablePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789ACDE';
  const bytes = [...randomBytes(64)].filter((byte) => byte < 245).slice(0, 16);
  const text = bytes.map((byte) => letters[byte % letters.length]).join('');
  return text.replace(/(.{4})(?=.)/g, '$1-');
}
