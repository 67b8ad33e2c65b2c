import { systemContext } from '../../src/kernel/context/call-context';
import { newId, newUlid } from '../../src/kernel/ids/ids';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { ScopesPort } from '../../src/modules/apps/contract/scopes.port';
import { newScope } from '../../src/modules/apps/contract/scopes.types';
import { SignerPort } from '../../src/modules/keys/contract/signer.port';
import { ACCESS_TOKEN_TYP, type AccessTokenClaims } from '../../src/modules/oauth/contract/access-token.types';
import { OauthPort } from '../../src/modules/oauth/contract/oauth.port';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { newTenant } from '../../src/modules/tenants/contract/tenants.types';
import type { TestCore } from './test-core';

/** A tenant with an app, created through the ports. */
export interface TestTenant {
  readonly id: string;
  readonly slug: string;
  readonly clientId: string;
  /** Returns a new access token for the app, from the token endpoint's use case. */
  readonly issueToken: () => Promise<string>;
}

/** Creates a tenant for a suite. By default its slug begins with `name`. Its app declares all scopes of the platform. */
export async function makeTenant(
  { context, feed }: TestCore,
  name: string,
  slug = `${name}-${newId('tnt').slice(-8)}`,
): Promise<TestTenant> {
  const system = systemContext(newId('req'));
  const tenant = await context.get(TenantsPort).create(system, newTenant.parse({ slug, name }));
  const app = await context
    .get(AppsPort)
    .register(
      systemContext(newId('req'), tenant.id),
      newApp.parse({ name: 'App', declared_scopes: [...PLATFORM_SCOPES.keys()], default_scopes: ['projects.read'] }),
    );
  const authorization = `Basic ${Buffer.from(`${app.client_id}:${app.client_secret ?? ''}`).toString('base64')}`;
  const issueToken = async (): Promise<string> => {
    // On a busy machine, the feed can be too old to sign.
    await feed.catchUp();
    const answer = await context.get(OauthPort).token({
      form: { grant_type: 'client_credentials' },
      authorization,
      requestId: newId('req'),
      ip: '192.0.2.1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    });
    return answer.access_token;
  };
  return { id: tenant.id, slug: tenant.slug, clientId: app.client_id, issueToken };
}

/** Declares a suite's own scopes for a tenant's app in addition to the existing ones. The scopes limit the work that the app stores. */
export async function declareScopes(
  { context, feed }: TestCore,
  { id, clientId }: TestTenant,
  names: readonly string[],
): Promise<void> {
  const call = (): ReturnType<typeof systemContext> => systemContext(newId('req'), id);
  for (const name of names) {
    await context.get(ScopesPort).create(call(), newScope.parse({ name, description: name }));
  }
  const apps = context.get(AppsPort);
  const { declared_scopes: declared } = await apps.get(call(), clientId);
  await apps.update(call(), clientId, { declared_scopes: [...declared, ...names] });
  await feed.catchUp();
}

/** Suspends a tenant, so that all roles stop serving it. */
export async function suspendTenant({ context }: TestCore, id: string): Promise<void> {
  await context.get(TenantsPort).setStatus(systemContext(newId('req')), id, 'suspended');
}

/** Returns the claims of a token, without validation. */
export function claimsOf(token: string): AccessTokenClaims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as AccessTokenClaims;
}

/** Returns a token for a tenant's app with different claims and a unique id. */
export async function tokenOf(core: TestCore, tenant: TestTenant, claims: object = {}): Promise<string> {
  return signToken(core, { ...claimsOf(await tenant.issueToken()), jti: newUlid(), ...claims });
}

/** Returns a token signed with the installation's key, with claims that the installation would never issue. */
export function signToken(
  { context }: TestCore,
  claims: Readonly<Record<string, unknown>>,
  typ: string = ACCESS_TOKEN_TYP,
): string {
  return context.get(SignerPort).signJwt(typ, claims);
}
