import { customEvent } from '../../src/modules/audit/contract/custom-event.types';
import { isReservedAction } from '../../src/modules/audit/contract/reserved-actions';
import { sourceFiles } from '../support/source-files';
import { restControllers, routesOf } from './rest-controllers';

describe('the audit event names of the platform', () => {
  const ofRoutes = restControllers()
    .flatMap(routesOf)
    .flatMap(({ access }) => (access === undefined || access === 'public' ? [] : [access.action]))
    .filter((action) => action.includes('.'));
  const ofModules = sourceFiles()
    .filter(({ path }) => /^src\/(modules|roles)\//.test(path))
    .flatMap(({ text }) => [...text.matchAll(/action: '([a-z_]+\.[a-z_.]+)'/g)].map(([, action = '']) => action));

  it('are found', () => {
    expect(ofRoutes).toEqual(expect.arrayContaining(['user.suspend', 'flag.put', 'audit.event.create']));
    expect(ofModules).toEqual(expect.arrayContaining(['user.sign_in', 'oauth.token.issue']));
  });

  it('are reserved, in upper and lower case', () => {
    expect([...new Set([...ofRoutes, ...ofModules])].filter((action) => !isReservedAction(action))).toEqual([]);
    for (const action of ['user.suspend', 'User.Suspend', 'tenant.anything.else']) {
      expect(customEvent.safeParse({ action }).success).toBe(false);
    }
  });

  it('leave all other names to applications', () => {
    for (const action of ['invoice.approve', 'users.sign_in', 'a.user', 'x-user.suspend']) {
      expect(customEvent.safeParse({ action }).success).toBe(true);
    }
  });
});
