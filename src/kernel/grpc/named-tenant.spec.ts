import { TenantNames } from '../context/tenant-names';
import { namedTenant } from './named-tenant';

class TwoTenants extends TenantNames {
  override async idOf(name: string): Promise<string | null> {
    if (name === 'acme' || name === 'tnt-acme') return 'tnt-acme';
    return name === 'globex' ? 'tnt-globex' : null;
  }

  override async slugOf(): Promise<string | null> {
    return null;
  }
}

const tenants = new TwoTenants();
const any = { name: 'billing', onlyTenant: null };
const held = { name: 'billing', onlyTenant: 'acme' };

describe('the tenant that a service names', () => {
  it('is found by id or slug', async () => {
    expect(await namedTenant(tenants, any, 'acme')).toBe('tnt-acme');
    expect(await namedTenant(tenants, any, 'tnt-acme')).toBe('tnt-acme');
    expect(await namedTenant(tenants, held, 'tnt-acme')).toBe('tnt-acme');
  });

  it('is the only one of a caller that is held to it, when it names none', async () => {
    expect(await namedTenant(tenants, held, '')).toBe('tnt-acme');
  });

  it.each([
    [any, ''],
    [any, 'nobody'],
    [held, 'nobody'],
    [held, 'globex'],
    [{ name: 'billing', onlyTenant: 'nobody' }, 'globex'],
    [{ name: 'billing', onlyTenant: 'nobody' }, ''],
  ])('is not found for %j and %j, in the same words', async (caller, name) => {
    await expect(namedTenant(tenants, caller, name)).rejects.toMatchObject({
      code: 'not_found',
      message: 'tenant_id names no tenant that this caller may speak for.',
    });
  });
});
