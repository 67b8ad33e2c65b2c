import { createHmac } from 'node:crypto';
import { type CallContext, systemContext } from '../../src/kernel/context/call-context';
import { canonicalJson } from '../../src/kernel/json/canonical-json';
import type { RegisteredApp } from '../../src/modules/apps/contract/apps.types';
import { ScopesPort } from '../../src/modules/apps/contract/scopes.port';
import { newScope } from '../../src/modules/apps/contract/scopes.types';
import { ConfigAdminPort } from '../../src/modules/config/contract/config-admin.port';
import { EntitlementsAdminPort } from '../../src/modules/entitlements/contract/entitlements-admin.port';
import { newLicense, newPlan } from '../../src/modules/entitlements/contract/entitlements-admin.types';
import { FlagsAdminPort } from '../../src/modules/flags/contract/flags-admin.port';
import type { TokenAnswer } from '../../src/modules/oauth/contract/oauth.types';
import { JobsPort } from '../../src/modules/jobs/contract/jobs.port';
import { SamlProvidersPort } from '../../src/modules/saml/contract/saml-providers.port';
import { newSamlProvider } from '../../src/modules/saml/contract/saml-providers.types';
import { JobSteps } from './job-steps';
import { makeApp, makePerson, type Person, tokensFor } from './people';
import { activateBundle } from './policy-bundle';
import { assertionXml, AUDIENCE, encode, ENTITY_ID, IDP, RECIPIENT, sign } from './saml';
import { grantSecret, putSecret } from './secrets';
import { StrictClient } from './strict-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from './test-core';
import { createTestDatabase } from './test-database';
import { makeTenant, type TestTenant } from './two-tenants';

const NONE = { ifMatch: null, ifNoneMatch: null };
const SCOPES = ['openid', 'offline_access', 'projects.read', 'files.read', 'orders.read', 'workflows.read'];
const MORE_SCOPES = ['secrets.read'];

/** An installation whose tenant `a` has data for every call of the contract, and whose tenant `b` has no data. */
export interface ContractWorld {
  readonly core: TestCore;
  /** A client with the service token of the installation. */
  readonly client: StrictClient;
  readonly a: TestTenant;
  readonly b: TestTenant;
  readonly app: RegisteredApp;
  readonly person: Person;
  /** A waiting job in `a` with a line in its log, and a job to cancel. */
  readonly jobId: string;
  readonly cancelledJobId: string;
  readonly tokens: TokenAnswer & { readonly refresh_token: string };
  close(): Promise<void>;
}

export async function openContractWorld(): Promise<ContractWorld> {
  const database = await createTestDatabase();
  const core = await openAllCore(database);
  const surface = await openSidecarSurface(core);
  const client = new StrictClient(surface.address, { 'x-service-token': SERVICE_TOKEN, 'x-service-name': 'shop' });
  const [a, b] = [await makeTenant(core, 'a'), await makeTenant(core, 'b')];
  await activateBundle(database.adminUrl, a.id, { modules: { 'shop.rego': 'package shop\n\nallow if input.open\n' } });
  await fill(core, systemContext('req-contract', a.id));
  const scopes = [...SCOPES, ...MORE_SCOPES];
  const members = {
    declared_scopes: scopes,
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    refresh_rotation: false,
    platform_context: true,
  };
  const app = await makeApp(core, a.id, members);
  const person = await makePerson(core, a.id);
  const tokens = await tokensFor(core, app, person, { scope: scopes.join(' ') });
  await putSecret(core, a.id, 'DB_PASSWORD', 'correct horse');
  const path = { provider: 'store', path: 'DB_PASSWORD' };
  await grantSecret(core, a.id, { principal: { type: 'user', id: person.user.id }, path });
  const [jobId, cancelledJobId] = await fillJobs(core, database.adminUrl, systemContext('req-contract', a.id));
  await core.feed.catchUp();
  return {
    ...{ core, client, a, b, app, person, tokens, jobId, cancelledJobId },
    async close() {
      client.close();
      await surface.close();
      await core.close();
      await database.drop();
    },
  };
}

async function fillJobs({ context }: TestCore, adminUrl: string, call: CallContext): Promise<[string, string]> {
  const steps = new JobSteps(adminUrl);
  await steps.takeAll();
  const submit = () => context.get(JobsPort).submit(call, { type: 'sync', kind: 'report' });
  const [logged, other] = [await submit(), await submit()];
  await steps.log(logged.id, 'hello');
  return [logged.id, other.id];
}

async function fill({ context }: TestCore, call: CallContext): Promise<void> {
  const orders = newScope.parse({ name: 'orders.read', description: 'Read orders' });
  await context.get(ScopesPort).create(call, orders);
  const flags = { beta: { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' } };
  await context.get(FlagsAdminPort).putDocument(call, JSON.stringify({ flags }), NONE);
  await context.get(ConfigAdminPort).set(call, 'greeting', 'hello', NONE);
  const entitlements = context.get(EntitlementsAdminPort);
  await entitlements.putPlan(systemContext('req-contract'), 'gold', newPlan.parse({ limits: { seats: 12 } }), NONE);
  await entitlements.putLicense(call, newLicense.parse({ plan: 'gold', expiresAt: '2037-01-01T00:00:00Z' }), NONE);
  const provider = { entityId: ENTITY_ID, name: 'IdP', certificates: [IDP.certificate], audience: AUDIENCE };
  const input = newSamlProvider.parse({ ...provider, recipients: [RECIPIENT] });
  await context.get(SamlProvidersPort).create(call, input);
}

/** A platform context that is signed by the app with its secret, or by an attacker with a different one. */
export function platformContext({ a, app }: ContractWorld, secret = app.client_secret ?? ''): string {
  const signed = {
    tenant_id: a.id,
    client_id: app.client_id,
    permissions: ['projects.read', 'audit.read'],
    issued_at: Math.floor(Date.now() / 1_000),
  };
  const signature = createHmac('sha256', secret).update(canonicalJson(signed)).digest('hex');
  return Buffer.from(JSON.stringify({ ...signed, signature })).toString('base64');
}

/** A new, unused assertion. */
export const samlAssertion = (key = IDP.key): string => encode(sign(assertionXml(Date.now()), { key }));
