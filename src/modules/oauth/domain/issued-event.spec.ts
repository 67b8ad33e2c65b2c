import type { AccessTokenClaims } from '../contract/access-token.types';
import { issuedEvent } from './issued-event';

const machine: AccessTokenClaims = {
  iss: 'https://id.example',
  sub: 'app-a',
  aud: 'https://id.example',
  exp: 1_795_536_060,
  iat: 1_795_536_000,
  jti: '01j',
  client_id: 'app-a',
  scope: '',
  tenant_id: 'tnt-a',
  tenant_slug: 'a',
  app_id: 'app-a',
  roles: [],
};

describe('the event for an issued access token', () => {
  it('identifies a machine’s token and its expiry, without personal data', () => {
    expect(issuedEvent('token.issued', machine, 'client_credentials')).toStrictEqual({
      type: 'token.issued',
      clientId: 'app-a',
      userId: null,
      details: {
        jti: '01j',
        grantType: 'client_credentials',
        scopes: [],
        expiresAt: new Date(1_795_536_060_000).toISOString(),
      },
    });
  });

  it('identifies the user, session and grant of a person’s token', () => {
    const person = { ...machine, sub: 'usr-a', user_id: 'usr-a', sid: 'ses-a', grant_id: 'grt-a' };
    const event = issuedEvent('token.refreshed', { ...person, scope: 'openid projects.read' }, 'refresh_token');
    expect(event).toStrictEqual({
      type: 'token.refreshed',
      clientId: 'app-a',
      userId: 'usr-a',
      details: {
        jti: '01j',
        grantType: 'refresh_token',
        scopes: ['openid', 'projects.read'],
        expiresAt: new Date(1_795_536_060_000).toISOString(),
        sessionId: 'ses-a',
        grantId: 'grt-a',
      },
    });
  });
});
