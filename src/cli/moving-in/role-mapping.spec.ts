import { mappedRole, parseRoleMapping } from './role-mapping';

describe('the mapping of roles', () => {
  it('gives the highest role, or the default', () => {
    const mapping = parseRoleMapping(['admin=boss, shop/owner', 'viewer=guest', 'admin=chief'], 'member');
    expect(mappedRole(mapping, ['guest', 'shop/owner'])).toBe('admin');
    expect(mappedRole(mapping, new Set(['guest']))).toBe('viewer');
    expect(mappedRole(mapping, ['other'])).toBe('member');
    expect(mappedRole(parseRoleMapping([], 'viewer'), [])).toBe('viewer');
  });

  it.each([
    [['boss=admin'], 'member', '--role must be one of owner, admin, member, viewer.'],
    [['admin'], 'member', '--role must be a role, "="'],
    [['admin='], 'member', '--role must be a role, "="'],
    [['admin=boss', 'viewer=boss'], 'member', 'The role "boss" cannot become both admin and viewer.'],
    [[], 'king', '--default-role must be one of owner, admin, member, viewer.'],
  ])('refuses %j', (options, defaultRole, message) => {
    expect(() => parseRoleMapping(options, defaultRole)).toThrow(message);
  });
});
