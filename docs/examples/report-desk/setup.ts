/**
 * Prepares the platform for the report desk, once, as the administrator: the tenant's policy, the skill and the app.
 * Prints the variables for app.ts.
 *
 * CPOD_CLIENT_ID and CPOD_CLIENT_SECRET are the administrator app's credentials here. See README.md.
 */
import { readFileSync } from 'node:fs';
import { CpodClient } from '@cpod/sdk';

const { CPOD_BASE_URL, CPOD_CONTROL_PLANE_URL = 'http://localhost:8080', PORT = '8765' } = process.env;
/** The scopes that the desk requests for a user. */
const SCOPES = ['openid', 'offline_access', 'skills.run', 'jobs.read', 'files.read', 'files.write'];

const REPORT = `
export default ({ title, figures }, { log, progress }) => {
  log(\`\${figures.length} figures\`);
  progress(50, 'adding');
  const total = figures.reduce((sum, figure) => sum + figure, 0);
  return { title, total, average: total / figures.length };
};`;

const FIGURES = { type: 'array', minItems: 1, maxItems: 1000, items: { type: 'number' } };
const INPUT = {
  type: 'object',
  required: ['title', 'figures'],
  properties: { title: { type: 'string', maxLength: 200 }, figures: FIGURES },
};

/** Uploads the policy to the control plane, which only the internal network can reach. The SDK does not cover it. */
async function uploadPolicy(admin: CpodClient): Promise<void> {
  const names = ['policy.rego', 'policy_test.rego'];
  const modules = names.map((name) => [name, readFileSync(new URL(name, import.meta.url), 'utf8')]);
  const answer = await fetch(`${CPOD_CONTROL_PLANE_URL}/api/v1/tenants/default/policy`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${await admin.accessToken()}`, 'content-type': 'application/json' },
    body: JSON.stringify({ modules: Object.fromEntries(modules) as Readonly<Record<string, string>> }),
  });
  if (!answer.ok) throw new Error(`The policy upload failed: ${await answer.text()}`);
}

/** Registers the skill with a temporary app, because the administrator app has no scopes for skills. */
async function registerSkill(admin: CpodClient): Promise<void> {
  const scopes = ['skills.read', 'skills.write'];
  const app = await admin.apps.register({
    name: 'Report desk, setup',
    declared_scopes: scopes,
    default_scopes: scopes,
  });
  const author = new CpodClient({
    clientId: app.client_id,
    clientSecret: app.client_secret,
    baseUrl: CPOD_BASE_URL,
  });
  await author.skills.register('report', { runtime: 'javascript', source: REPORT, inputSchema: INPUT });
  await admin.apps.delete(app.client_id);
}

const admin = CpodClient.fromEnv({ scope: 'admin' });
await uploadPolicy(admin);
await registerSkill(admin);
const app = await admin.apps.register({
  name: 'Report desk',
  app_type: 'web',
  first_party: true,
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: [`http://127.0.0.1:${PORT}/callback`],
  declared_scopes: SCOPES,
});
process.stdout.write(`CPOD_CLIENT_ID=${app.client_id}\nCPOD_CLIENT_SECRET=${app.client_secret}\n`);
