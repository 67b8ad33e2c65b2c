import { systemContext } from '../../src/kernel/context/call-context';
import { newId } from '../../src/kernel/ids/ids';
import { principalOf } from '../../src/modules/auth/contract/principal.types';
import { inProcess, remote } from './auth-worlds';
import { authorizePrincipalSuite } from './authorize-principal.suite';

authorizePrincipalSuite('in process', inProcess);
authorizePrincipalSuite('over gRPC', remote);

describe('AuthPort.authorizePrincipal over gRPC only', () => {
  it('treats an outage as an unavailable decision, not as an approval or a refusal', async () => {
    const world = await remote();
    try {
      const context = systemContext(newId('req'), world.a.id);
      const act = { action: 'project.get', resource: '', context: {}, requiredScope: '' };
      await world.endServer();
      const hurried = { ...context, deadlineMs: Date.now() + 1_000 };
      expect(await world.auth.authorizePrincipal(hurried, principalOf(context), act)).toMatchObject({
        allowed: false,
        code: 'unavailable',
        outage: 'sidecar_unavailable',
      });
    } finally {
      await world.close();
    }
  });
});
