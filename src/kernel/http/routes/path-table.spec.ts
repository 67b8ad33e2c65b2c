import { PathTable } from './path-table';

const table = new PathTable<string>();
for (const template of [
  '/v1/tenants/current',
  '/v1/tenants/:id',
  '/v1/tenants/:id/suspend',
  '/v1/files/:tier/*path',
  '/v1/files/uploads/:id',
  '/scim/v2/Users',
  '/scim/v2/*path',
]) {
  table.at(template, () => template);
}

describe('a path table', () => {
  it.each([
    ['/v1/tenants/current', '/v1/tenants/current'],
    ['/v1/tenants/tnt-1', '/v1/tenants/:id'],
    ['/v1/tenants/current/suspend', '/v1/tenants/:id/suspend'],
    ['/v1/files/uploads/x', '/v1/files/uploads/:id'],
    ['/v1/files/uploads/x/y', '/v1/files/:tier/*path'],
    ['/v1/files/drafts/a/b/c', '/v1/files/:tier/*path'],
    ['/scim/v2/Users', '/scim/v2/Users'],
    ['/scim/v2/Users/', '/scim/v2/*path'],
    ['/scim/v2/users', '/scim/v2/*path'],
  ])('for %s, finds the value declared for %s', (path, template) => {
    expect(table.find(path)).toBe(template);
  });

  it.each(['/', '/v1', '/v1/tenants', '/v1/tenants/', '/v1/tenants/tnt-1/', '/v1/tenants//suspend', '/V1/tenants/x'])(
    'has no value for %s',
    (path) => {
      expect(table.find(path)).toBeNull();
    },
  );

  it('keeps one value per template', () => {
    expect(table.at('/v1/tenants/:other', () => 'another')).toBe('/v1/tenants/:id');
    expect(table.at('/v1/tenants/current', () => 'another')).toBe('/v1/tenants/current');
  });
});
