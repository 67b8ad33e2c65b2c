import { USER_ROLES } from '../../users/contract/users.types';
import { roleScopes } from './role-scopes';

const DECLARED = ['admin', 'platform.admin', 'scim', 'projects.read', 'projects.write', 'skills.run'];

describe('the scopes of a role', () => {
  it.each([
    ['owner', ['admin', 'projects.read', 'projects.write', 'skills.run']],
    ['admin', ['admin', 'projects.read', 'projects.write', 'skills.run']],
    ['member', ['projects.read', 'projects.write', 'skills.run']],
    ['viewer', ['projects.read']],
  ] as const)('of %s are %j', (role, scopes) => {
    expect(roleScopes(role, DECLARED)).toEqual(scopes);
  });

  it('never exceed the scopes that the app declared', () => {
    for (const role of USER_ROLES) expect(roleScopes(role, ['projects.read'])).toEqual(['projects.read']);
  });

  it('never extend beyond the tenant', () => {
    for (const role of USER_ROLES) expect(roleScopes(role, DECLARED)).not.toContain('platform.admin');
  });
});
