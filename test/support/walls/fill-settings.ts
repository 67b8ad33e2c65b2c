import { generateKeyPairSync } from 'node:crypto';
import { newUlid } from '../../../src/kernel/ids/ids';
import { activateBundle } from '../policy-bundle';
import { IDP } from '../saml';
import { queryAs } from '../test-database';
import type { TenantCalls } from './tenant-calls';

const IN_300_DAYS = new Date(Date.now() + 300 * 86_400_000).toISOString();

/** Creates one of each kind of a tenant's settings. */
export async function fillSettings(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, tenant } = calls;
  const flag = { state: 'ENABLED', variants: { a: secret, b: 'b' }, defaultVariant: 'a' };
  await calls.put(`/api/v1/flags/flag-${tag}`, flag);
  calls.know('flags', `flag-${tag}`);
  const change = { op: 'put', key: `flag-${tag}`, flag };
  await calls.post('scheduled', '/api/v1/flags/scheduled', { at: IN_300_DAYS, change });
  await calls.put(`/api/v1/config/key-${tag}`, { value: secret });
  calls.know('config', `key-${tag}`);
  const override = { limit: 3, note: secret };
  await calls.platform('PUT', `/api/v1/entitlements/overrides/key-${tag}?tenant=${tenant.id}`, override);
  calls.know('overrides', `key-${tag}`);
  const rule = { limit: 1_000_000, windowSeconds: 60, client: `app-${tag}` };
  await calls.put(`/api/v1/rate-limits/rule-${tag}`, rule);
  calls.know('rate-limits', `rule-${tag}`);
  const provider = { name: secret, certificates: [IDP.certificate], audience: 'https://sp.example' };
  const entityId = `https://idp.example/${tag}`;
  await calls.post('saml-providers', '/api/v1/saml-providers', { ...provider, entityId });
  calls.know('saml-providers', entityId);
  await calls.send('POST', '/api/v1/scopes', { name: `orders.${tag}`, description: secret });
  calls.know('scopes', `orders.${tag}`);
  const mark = { kind: 'apps', key: `${secret}-${tag}`, objectId: null };
  await calls.put('/api/v1/managed-objects', { managedBy: `walls-${tag}`, objects: [mark, { ...mark, key: tag }] });
  calls.know('managed-objects', `walls-${tag}`);
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }).toString();
  await calls.put(`/api/v1/tenants/${tenant.id}/policy/keys/key-${tag}`, { algorithm: 'EdDSA', publicKey });
  calls.know('keys', `key-${tag}`);
  await fillConnection(calls, tag);
  await fillRegistration(calls, tag);
  await fillSink(calls);
}

/** Creates two connections to identity providers, one with a domain, a user's identity and a sign-in in progress. */
async function fillConnection(calls: TenantCalls, tag: string): Promise<void> {
  const { secret: name, tenant, world } = calls;
  const json = { name, issuer: `https://${tag.toLowerCase()}.idp.example`, clientId: name, clientSecret: name };
  await calls.post('connections', '/api/v1/connections', json);
  const { id } = await calls.post('connections', '/api/v1/connections', json);
  const domain = `${tag.toLowerCase()}.example`;
  await calls.send('POST', `/api/v1/connections/${id}/domains`, { domain });
  calls.know('domains', domain);
  const identity = `idn-${newUlid()}`;
  calls.know('identities', identity);
  await queryAs(
    world.database.adminUrl,
    `WITH linked AS (
       INSERT INTO connections.identities
         (tenant_id, connection_id, issuer, subject, id, user_id, email, linked_at, last_used_at)
       SELECT $1, $2, 'https://idp.example', $3, $4, id, $5, now(), now() FROM users.users WHERE tenant_id = $1 LIMIT 1)
     INSERT INTO connections.sign_ins (tenant_id, hash, connection_id, request, expires_at)
     VALUES ($1, sha256($3::bytea), $2, $5, now() + interval '1 day')`,
    [tenant.id, id, tag, identity, name],
  );
}

/** Creates an app that registers itself. */
async function fillRegistration(calls: TenantCalls, tag: string): Promise<void> {
  const { secret } = calls;
  await calls.put('/api/v1/client-registration', { enabled: true });
  const made = await calls.post<{ token: string }>('initial-tokens', '/api/v1/client-registration/tokens', {
    name: secret,
    maxUses: 2,
  });
  const metadata = { client_name: secret, redirect_uris: [`https://${tag}.example/cb`] };
  const { text } = await calls.by(made.token, 'POST', '/v1/oauth/register', metadata);
  calls.know('apps', (JSON.parse(text) as { client_id: string }).client_id);
}

/** Creates a sink that never delivers, with its unsent events. */
async function fillSink(calls: TenantCalls): Promise<void> {
  const { secret, tenant, world } = calls;
  const input = { name: secret, kind: 'webhook', url: `https://siem.example/${secret}` };
  const sink = await calls.post('sinks', '/api/v1/audit/sinks', input);
  await calls.send('PATCH', `/api/v1/audit/sinks/${sink.id}`, { paused: true });
  await queryAs(
    world.database.adminUrl,
    `INSERT INTO audit_sinks.dead_letters (tenant_id, sink_id, sequence, record_id, reason, failed_at)
     VALUES ($1, $2, 0, 'aud-none', $3, now()), ($1, $2, 1, 'aud-none', $3, now())`,
    [tenant.id, sink.id, secret],
  );
}

/** Creates a secret with two versions, a bundle, and a grant for it. */
export async function fillSecrets(calls: TenantCalls, tag: string): Promise<void> {
  const { secret, tenant } = calls;
  const name = `DB_${tag}`.toUpperCase();
  await calls.put(`/api/v1/secrets/${name}`, { value: secret, description: secret });
  await calls.put(`/api/v1/secrets/${name}`, { value: `${secret}, again` });
  calls.know('secrets', name);
  const bundle = `bundle-${tag}`;
  await calls.put(`/api/v1/secrets/bundles/${bundle}`, { description: secret, refs: [{ name }] });
  calls.know('bundles', bundle);
  await calls.post('grants', '/api/v1/secrets/grants', { principal: { type: 'client', id: tenant.clientId }, bundle });
}

/** Sets the singletons of a tenant: its branding, rules, license and policy. */
export async function fillOnce(calls: TenantCalls): Promise<void> {
  const { secret, tenant, world } = calls;
  await calls.send('PATCH', '/api/v1/tenants/current', { name: secret });
  await calls.put('/api/v1/masking', { strategy: 'tokenise', allowedValues: [secret] });
  const claim = { claim: 'walls', from: { value: secret }, in: ['userinfo'] };
  await calls.put('/api/v1/token-claims', { rules: [claim] });
  await calls.put('/api/v1/account-rules', { passwordBlockedWords: [secret] });
  await calls.put('/api/v1/sign-in-rules', { secondFactor: 'optional' });
  await calls.platform('PUT', `/api/v1/token-claims/policy?tenant=${tenant.id}`, { enabled: true });
  const value = { mail: 'ada@example.com' };
  const { text } = await calls.send('POST', '/v1/masking/mask', { value, strategy: 'tokenise' });
  calls.know('masked', (JSON.parse(text) as { maskedValue: typeof value }).maskedValue.mail);
  await calls.put('/api/v1/audit/retention', { keepDays: 400, legalHold: { reason: secret } });
  await calls.platform('PUT', '/api/v1/entitlements/plans/gold', { limits: { projects: null } });
  await calls.platform('PUT', `/api/v1/entitlements/licence?tenant=${tenant.id}`, { plan: 'gold', note: secret });
  const modules = { 'walls.rego': `package walls\n\n# ${secret}\nallow if input.open\n` };
  await activateBundle(world.database.adminUrl, tenant.id, { modules });
}
