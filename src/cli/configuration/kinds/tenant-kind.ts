import { z } from 'zod';
import { newTenant, tenant } from '../../../modules/tenants/contract/tenants.types';
import { nullIfMissing } from '../../api/refusal';
import { CommandFault } from '../../command';
import { OWN_TENANT, type TenantApi } from '../tenant-api';
import type { FoundObject, Kind, Members } from './kind';
import { picked, without } from './rest-kinds';

export const TENANTS = 'tenants';

const { logoUri, color } = newTenant.shape;
const BRANDING = ['logoUri', 'color'];

/** The members of a tenant itself. */
export const tenantMembers = newTenant
  .omit({ slug: true, logoUri: true, color: true })
  .extend({ branding: z.strictObject({ logoUri, color }).optional() });

const shown = tenant.pick({
  id: true,
  name: true,
  plan: true,
  status: true,
  settings: true,
  logoUri: true,
  color: true,
});

const pathOf = ({ isOwn, slug }: TenantApi): string => (isOwn ? OWN_TENANT : `/api/v1/tenants/${slug}`);

async function read(api: TenantApi): Promise<FoundObject | null> {
  const found = await nullIfMissing(api.send(shown, 'GET', pathOf(api)));
  if (found === null) return null;
  if (found.status === 'pending_deletion') {
    throw new CommandFault(
      `The tenant "${api.slug}" is about to be deleted. Activate it first: coresdk tenants activate ${api.slug}`,
    );
  }
  const { id, name, plan, settings } = found;
  const entries = Object.entries(picked(found, BRANDING)).filter(([, value]) => value !== null);
  return { key: api.slug, id, members: { name, plan, settings, branding: Object.fromEntries(entries) }, tag: null };
}

/** Converts the file's form to the API's form, in which the members of `branding` belong to the tenant. Omitted ones are removed. */
function apiForm({ branding, ...members }: Members): Members {
  if (branding === undefined) return members;
  return { ...members, ...Object.fromEntries(BRANDING.map((name) => [name, null])), ...(branding as Members) };
}

/** A tenant itself: its name, plan, branding and settings. */
export const tenantKind: Kind = {
  section: TENANTS,
  title: 'tenant',
  surface: 'control-plane',
  scopes: ['admin'],
  order: 0,
  isSingle: true,
  schema: tenantMembers,
  read: async (api) => {
    const found = await read(api);
    return found === null ? [] : [found];
  },
  refresh: read,
  create: async (api, slug, members, attempt) => {
    const json = { slug, ...apiForm(members) };
    const headers = { 'idempotency-key': attempt };
    const { id } = await api.send(shown, 'POST', '/api/v1/tenants', { json, headers });
    return { id, secrets: {} };
  },
  update: async (api, { members: before }, members) => {
    // Only the platform changes a plan, so a tenant's administrator does not send the same one again.
    const unchanged = before['plan'] === members['plan'] ? ['plan'] : [];
    await api.call('PATCH', pathOf(api), { json: apiForm(without(members, unchanged)) });
  },
  remove: async (api, { key }) => {
    await api.call('DELETE', `/api/v1/tenants/${key}`, { query: { confirm: key } });
  },
};
