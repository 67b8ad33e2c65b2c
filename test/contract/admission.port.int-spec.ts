import { systemContext } from '../../src/kernel/context/call-context';
import type { AdmitResponse } from '../../src/kernel/grpc/generated/cpod/internal/v1/auth';
import { fromAdmitResponse } from '../../src/modules/auth/grpc/admit-message';
import { admissionPortSuite } from './admission.port.suite';
import { inProcess, remote } from './auth-worlds';

admissionPortSuite('in process', inProcess);
admissionPortSuite('over gRPC', remote);

describe('AdmissionPort over gRPC only', () => {
  it('reports an outage as an error and never admits the request', async () => {
    const world = await remote();
    const token = await world.a.issueToken();
    await world.endServer();
    const context = { ...systemContext('req-1'), deadlineMs: Date.now() + 1_000 };
    const query = { token, audience: null, requiredScope: '', action: 'project.get', resource: '', context: {} };
    const asked = world.admissions.admit(context, { ...query, isOwn: false, membership: null, route: 'GET /' });
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', reason: 'sidecar_unavailable' });
    await world.close();
  });

  const claims = {
    ...{ iss: 'i', sub: 's', aud: 'i', exp: 2, iat: 1, jti: 'j', client_id: 'c', scope: '' },
    ...{ tenant_id: 't', tenant_slug: 't', app_id: 'c', roles: [] },
  };
  const answer = (members: Partial<AdmitResponse>): AdmitResponse => ({
    ...{ claimsJson: JSON.stringify(claims), tokenError: null, decision: null, limit: null, aggregatesReads: false },
    ...members,
  });
  const yes = { allowed: true, reason: '', policyRevision: '', error: null };

  it.each<[string, AdmitResponse]>([
    ['stops after the token', answer({})],
    ['allows the call without counting it', answer({ decision: yes })],
    ['has invalid claims', answer({ claimsJson: '{"sub":"s"}', decision: yes })],
  ])('does not admit a caller if the response %s', (_what, given) => {
    expect(() => fromAdmitResponse(given)).toThrow(expect.objectContaining({ reason: 'sidecar_unavailable' }));
  });

  it('treats an unknown refusal as unavailable', () => {
    expect(fromAdmitResponse(answer({ claimsJson: '' })).token).toEqual({ valid: false, refusal: 'unavailable' });
  });
});
