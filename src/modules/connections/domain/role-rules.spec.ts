import { ruledRole } from './role-rules';

const rules = {
  defaultRole: 'viewer' as const,
  roleRules: [
    { claim: 'groups', contains: 'Admins', role: 'admin' as const },
    { claim: 'groups', contains: 'Staff', role: 'member' as const },
  ],
};

describe('the role from claims', () => {
  it.each([
    [{ groups: ['Staff', 'Admins'] }, 'admin'],
    [{ groups: ['Staff'] }, 'member'],
    [{ groups: 'Staff' }, 'member'],
    [{ groups: ['staff'] }, 'viewer'],
    [{ groups: 'Not Admins' }, 'viewer'],
    [{ groups: { Admins: true } }, 'viewer'],
    [{ groups: [['Admins']] }, 'viewer'],
    [{}, 'viewer'],
  ])('for %j is %s', (claims, role) => {
    expect(ruledRole(claims, rules)).toBe(role);
  });

  it('does not come from members that every object has', () => {
    const rule = { claim: 'constructor', contains: 'Object', role: 'admin' as const };
    expect(ruledRole({}, { ...rules, roleRules: [rule] })).toBe('viewer');
  });
});
