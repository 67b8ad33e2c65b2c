import type { INestApplicationContext } from '@nestjs/common';
import { systemContext } from '../kernel/context/call-context';
import { AppError } from '../kernel/errors/app-error';
import { newId } from '../kernel/ids/ids';
import { AppsPort } from '../modules/apps/contract/apps.port';
import { newApp } from '../modules/apps/contract/apps.types';
import { ClientsPort } from '../modules/apps/contract/clients.port';
import { TenantsPort } from '../modules/tenants/contract/tenants.port';
import { newTenant } from '../modules/tenants/contract/tenants.types';
import type { BootstrapConfig } from './role.config';

/** What the first start made; `null` when the installation was there already. */
export type Bootstrapped = { readonly clientId: string; readonly clientSecret: string } | null;

/** Makes the first tenant and its administrator app (rest.md §5), once per installation, whichever process is first. */
export async function bootstrap(core: INestApplicationContext, config: BootstrapConfig): Promise<Bootstrapped> {
  const tenantId = await ensureTenant(core.get(TenantsPort), config.BOOTSTRAP_TENANT);
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
  const context = systemContext(newId('req'), tenantId);
  const app = await core.get(AppsPort).register(context, input, options).catch(unlessTaken);
  return app && { clientId: app.client_id, clientSecret: app.client_secret };
}

async function ensureTenant(tenants: TenantsPort, slug: string): Promise<string> {
  const known = await tenants.find(slug);
  if (known) return known.id;
  const input = newTenant.parse({ slug, name: slug, plan: 'enterprise' });
  const created = await tenants.create(systemContext(newId('req')), input).catch(unlessTaken);
  const tenant = created ?? (await tenants.find(slug));
  if (!tenant) throw new Error(`The tenant "${slug}" could be neither made nor found.`);
  return tenant.id;
}

/** Another process was faster: what it made is as good. */
function unlessTaken(error: unknown): null {
  if (error instanceof AppError && error.code === 'conflict') return null;
  throw error;
}
