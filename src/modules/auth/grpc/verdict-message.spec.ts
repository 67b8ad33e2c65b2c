import type { AccessTokenClaims } from '../../oauth/contract/access-token.types';
import { fromValidateTokenResponse, toValidateTokenResponse } from './verdict-message';

const MACHINE: AccessTokenClaims = {
  iss: 'http://localhost:8000',
  sub: 'app-a',
  aud: 'http://localhost:8000',
  exp: 1_795_536_000,
  iat: 1_795_532_400,
  jti: '01h00000000000000000000000',
  client_id: 'app-a',
  scope: 'projects.read',
  tenant_id: 'tnt-a',
  tenant_slug: 'a',
  app_id: 'app-a',
  roles: [],
};

const PERSON: AccessTokenClaims = {
  ...MACHINE,
  sub: 'usr-a',
  aud: ['http://localhost:8000', 'https://api.example.com'],
  roles: ['owner'],
  user_id: 'usr-a',
  sid: 'ses-a',
  auth_time: 1_795_532_000,
  acr: 'urn:cpod:params:oauth:acr:1fa',
  amr: ['pwd'],
  grant_id: 'grt-a',
  groups: ['grp-a', 'grp-b'],
};

const AGENT: AccessTokenClaims = {
  ...PERSON,
  sub: 'agent:reports@user:usr-a@tenant:tnt-a',
  principal_type: 'agent',
  grant_type: 'agent_spawn',
  act: { sub: 'agent:reports', act: { sub: 'agent:planner' } },
  parent_jtis: ['01h00000000000000000000000'],
};

describe('a token verdict sent over gRPC', () => {
  it.each([
    ['a machine', MACHINE],
    ['a person', PERSON],
    ['an agent', AGENT],
  ])('preserves every claim in the token of %s', (_who, claims) => {
    const verdict = { valid: true, claims } as const;
    expect(fromValidateTokenResponse(toValidateTokenResponse(verdict))).toEqual(verdict);
  });

  it('contains the claims of the tenant, which the product itself does not read', () => {
    const response = toValidateTokenResponse({
      valid: true,
      claims: { ...MACHINE },
      custom: { plan: 'pro', seats: [1] },
    });
    expect(response.claims).toMatchObject({ plan: 'pro', seats: '[1]', client_id: 'app-a' });
    expect(fromValidateTokenResponse(response)).toEqual({ valid: true, claims: MACHINE });
  });

  it('contains text claims as is, and other claims as JSON', () => {
    expect(toValidateTokenResponse({ valid: true, claims: PERSON })).toMatchObject({
      subject: 'usr-a',
      roles: ['owner'],
      claims: { user_id: 'usr-a', sid: 'ses-a', auth_time: '1795532000', amr: '["pwd"]', grant_id: 'grt-a' },
    });
  });
});
