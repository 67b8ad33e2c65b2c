import { TenantNames } from '../context/tenant-names';
import { knownTenant, namedTenant } from './named-tenant';

class ThreeTenants extends TenantNames {
  override async idOf(name: string): Promise<string | null> {
    if (name === 'acme' || name === 'tnt-acme') return 'tnt-acme';
    return ['globex', 'closed'].includes(name) ? `tnt-${name}` : null;
  }

  override async slugOf(): Promise<string | null> {
    return null;
  }

  override async isActive(id: string): Promise<boolean> {
    return id !== 'tnt-closed';
  }
}

const tenants = new ThreeTenants();
const any = { name: 'billing', onlyTenant: null };
const held = { name: 'billing', onlyTenant: 'acme' };

describe('the tenant that a service names', () => {
  it('is found by ID or slug', async () => {
    expect(await namedTenant(tenants, any, 'acme')).toBe('tnt-acme');
    expect(await namedTenant(tenants, any, 'tnt-acme')).toBe('tnt-acme');
    expect(await namedTenant(tenants, held, 'tnt-acme')).toBe('tnt-acme');
  });

  it('defaults to the only tenant of a caller that is limited to one', async () => {
    expect(await namedTenant(tenants, held, '')).toBe('tnt-acme');
  });

  it.each([
    [any, ''],
    [any, 'nobody'],
    [held, 'nobody'],
    [held, 'globex'],
    [{ name: 'billing', onlyTenant: 'nobody' }, 'globex'],
    [{ name: 'billing', onlyTenant: 'nobody' }, ''],
  ])('is not found for %j and %j, with the same message', async (caller, name) => {
    await expect(namedTenant(tenants, caller, name)).rejects.toMatchObject({
      code: 'not_found',
      message: 'tenant_id does not name a tenant that this caller can act for.',
    });
  });

  it('is refused while it is inactive, except by knownTenant()', async () => {
    await expect(namedTenant(tenants, any, 'closed')).rejects.toMatchObject({
      code: 'forbidden',
      message: 'The tenant is not active.',
    });
    expect(await knownTenant(tenants, any, 'closed')).toBe('tnt-closed');
    // A caller that is not allowed to act for the tenant does not learn whether the tenant is active.
    for (const find of [namedTenant, knownTenant])
      await expect(find(tenants, held, 'closed')).rejects.toMatchObject({ code: 'not_found' });
  });
});
