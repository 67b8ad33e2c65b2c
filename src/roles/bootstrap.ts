import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { INestApplicationContext } from '@nestjs/common';
import { type CallContext, requireTenant, systemContext } from '../kernel/context/call-context';
import { AppError } from '../kernel/errors/app-error';
import { newId } from '../kernel/ids/ids';
import { LOGGER, type Logger } from '../kernel/telemetry/logger';
import { AppsPort } from '../modules/apps/contract/apps.port';
import { CONSOLE_CLIENT_ID, newApp, REFERENCE_CLIENT_ID } from '../modules/apps/contract/apps.types';
import { ClientsPort } from '../modules/apps/contract/clients.port';
import { PLATFORM_SCOPES } from '../modules/apps/contract/platform-scopes';
import { TenantsPort } from '../modules/tenants/contract/tenants.port';
import { newTenant } from '../modules/tenants/contract/tenants.types';
import { UsersPort } from '../modules/users/contract/users.port';
import type { BootstrapConfig } from './role.config';

/** The client and the owner that this start created; each is `null` if it already existed. */
export interface Bootstrapped {
  readonly client: { readonly clientId: string; readonly clientSecret: string } | null;
  readonly owner: { readonly email: string; readonly password: string } | null;
}

/** The result for a role that does not create anything. */
export const NOTHING: Bootstrapped = { client: null, owner: null };

/**
 * Creates the first tenant, its administrator app, its owner, and the apps for sign-ins at `/auth/login` (rest.md §5) and in the API
 * reference. Each of them is created only once per installation, regardless of which process starts first.
 */
export async function bootstrap(core: INestApplicationContext, config: BootstrapConfig): Promise<Bootstrapped> {
  const tenantId = await ensureTenant(core.get(TenantsPort), config.BOOTSTRAP_TENANT);
  const context = systemContext(newId('req'), tenantId);
  const own = await firstTenantContext(core);
  await ensureConsole(core, own);
  await ensureReferenceApp(core, own, config.referenceUrls);
  return { client: await ensureAdminApp(core, context, config), owner: await ensureOwner(core, context, config) };
}

async function ensureAdminApp(
  core: INestApplicationContext,
  context: CallContext,
  config: BootstrapConfig,
): Promise<Bootstrapped['client']> {
  if (await core.get(ClientsPort).find(config.BOOTSTRAP_CLIENT_ID)) return null;
  const chosen = config.BOOTSTRAP_CLIENT_SECRET?.reveal();
  const input = newApp.parse({
    client_id: config.BOOTSTRAP_CLIENT_ID,
    name: 'Administrator',
    declared_scopes: ['admin', 'platform.admin'],
    default_scopes: ['admin'],
    first_party: true,
  });
  const options = { allowPlatformScope: true, ...(chosen === undefined ? {} : { clientSecret: chosen }) };
  const app = await core.get(AppsPort).register(context, input, options).catch(unlessTaken);
  return app && { clientId: app.client_id, clientSecret: app.client_secret ?? '' };
}

/** Returns a context for the very first tenant, which owns the installation's apps; a later `BOOTSTRAP_TENANT` does not change that. */
async function firstTenantContext(core: INestApplicationContext): Promise<CallContext> {
  const { items } = await core.get(TenantsPort).list(systemContext(newId('req')), { limit: 1 });
  return systemContext(newId('req'), items[0]?.id);
}

/** Creates the app to which `/auth/login` issues tokens. Its secret is never shown, because the app never requests a token itself. */
async function ensureConsole(core: INestApplicationContext, context: CallContext): Promise<void> {
  const known = await core.get(ClientsPort).find(CONSOLE_CLIENT_ID);
  if (known && known.tenantId !== context.tenantId) {
    const message = `"${CONSOLE_CLIENT_ID}" is an app of the tenant ${known.tenantId}, so /auth/login is unavailable. Delete the app with CONTROL_PLANE_TOKEN (DELETE /api/v1/apps/${CONSOLE_CLIENT_ID}?tenant=${known.tenantId}) and restart.`;
    core.get<Logger>(LOGGER).error({ tenantId: known.tenantId }, message);
  }
  if (known) return;
  const input = newApp.parse({
    client_id: CONSOLE_CLIENT_ID,
    name: 'Console',
    declared_scopes: ['admin', ...PLATFORM_SCOPES.keys()],
    first_party: true,
  });
  await core.get(AppsPort).register(context, input).catch(unlessTaken);
}

/**
 * Creates the app with which users sign in to the API reference, or gives it the current addresses of the reference. It does not exist in an
 * installation whose addresses a browser must not return to, such as a plain HTTP address of another machine.
 */
async function ensureReferenceApp(
  core: INestApplicationContext,
  context: CallContext,
  urls: readonly string[],
): Promise<void> {
  const known = await core.get(ClientsPort).find(REFERENCE_CLIENT_ID);
  const scopes = [...PLATFORM_SCOPES.keys()];
  const input = newApp.safeParse({
    client_id: REFERENCE_CLIENT_ID,
    name: 'API reference',
    app_type: 'spa',
    redirect_uris: urls,
    grant_types: ['authorization_code'],
    declared_scopes: ['openid', 'profile', 'email', 'admin', ...scopes],
    default_scopes: ['openid', ...scopes.filter((scope) => scope.endsWith('.read') && scope !== 'secrets.read')],
    first_party: true,
  });
  if (!input.success || (known && known.tenantId !== context.tenantId)) return;
  const { redirect_uris } = input.data;
  const apps = core.get(AppsPort);
  if (!known) await apps.register(context, input.data).catch(unlessTaken);
  else if (!isDeepStrictEqual(known.redirectUris, redirect_uris)) {
    await apps.update(context, REFERENCE_CLIENT_ID, { redirect_uris });
  }
}

/** Creates an owner only if the tenant has no owner: an owner who changed the address must not get a duplicate at the next start. */
async function ensureOwner(
  core: INestApplicationContext,
  context: CallContext,
  config: BootstrapConfig,
): Promise<Bootstrapped['owner']> {
  const users = core.get(UsersPort);
  if (await users.hasOwner(requireTenant(context))) return null;
  const email = config.BOOTSTRAP_ADMIN_EMAIL;
  const password = config.BOOTSTRAP_ADMIN_PASSWORD?.reveal() ?? randomBytes(24).toString('base64url');
  const owner = { email, displayName: 'Administrator', role: 'owner', password } as const;
  const created = await users.create(context, owner).catch(unlessTaken);
  return created && { email, password };
}

async function ensureTenant(tenants: TenantsPort, slug: string): Promise<string> {
  const known = await tenants.find(slug);
  if (known) return known.id;
  const input = newTenant.parse({ slug, name: slug, plan: 'enterprise' });
  const created = await tenants.create(systemContext(newId('req')), input).catch(unlessTaken);
  const tenant = created ?? (await tenants.find(slug));
  if (!tenant) throw new Error(`The tenant "${slug}" could be neither created nor found.`);
  return tenant.id;
}

/** Ignores a conflict: another process has already created an equivalent resource. */
function unlessTaken(error: unknown): null {
  if (error instanceof AppError && error.code === 'conflict') return null;
  throw error;
}
