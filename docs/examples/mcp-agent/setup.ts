/**
 * Prepares the platform for the agent, once, as the administrator: the tenant's policy, two skills and the agent's app. Prints the
 * variables for agent.ts.
 *
 * CPOD_CLIENT_ID and CPOD_CLIENT_SECRET are the administrator app's credentials here. See README.md.
 */
import { readFileSync } from 'node:fs';
import { CpodClient } from '@cpod/sdk';

const { CPOD_BASE_URL, CPOD_CONTROL_PLANE_URL = 'http://localhost:8080' } = process.env;

const ORDER = {
  type: 'object',
  required: ['order'],
  properties: { order: { type: 'string', pattern: '^[0-9]{1,9}$', description: 'The number of the order.' } },
};
const SKILLS = {
  'find-order': {
    description: 'Finds an order and returns its status and total.',
    source: `export default ({ order }) => ({ order, status: 'delivered', total: 42 });`,
  },
  'refund-order': {
    description: 'Refunds an order.',
    source: `export default ({ order }) => ({ order, status: 'refunded' });`,
  },
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

/** Registers the skills with a temporary app, because the administrator app has no scopes for skills. */
async function registerSkills(admin: CpodClient): Promise<void> {
  const app = await admin.apps.register({
    name: 'Order agent, setup',
    declared_scopes: ['skills.read', 'skills.write'],
  });
  const author = new CpodClient({ clientId: app.client_id, clientSecret: app.client_secret, baseUrl: CPOD_BASE_URL });
  for (const [name, { description, source }] of Object.entries(SKILLS)) {
    await author.skills.register(name, { runtime: 'javascript', description, source, inputSchema: ORDER });
  }
  await admin.apps.delete(app.client_id);
}

const admin = CpodClient.fromEnv({ scope: 'admin' });
await uploadPolicy(admin);
await registerSkills(admin);
const app = await admin.apps.register({
  client_id: 'app-order-agent',
  name: 'Order agent',
  declared_scopes: ['skills.run'],
});
process.stdout.write(`CPOD_CLIENT_ID=${app.client_id}\nCPOD_CLIENT_SECRET=${app.client_secret}\n`);
