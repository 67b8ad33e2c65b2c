import type { Client } from '../../src/modules/apps/contract/apps.types';

/** A client in the form that the authorization server uses; `members` contains the values that matter to the test. */
export function aClient(members: Partial<Client> = {}): Client {
  return {
    clientId: 'app-a',
    tenantId: 'tnt-a',
    name: 'A',
    appType: 'web',
    grantTypes: ['authorization_code', 'refresh_token'],
    declaredScopes: [],
    defaultScopes: [],
    tokenEndpointAuthMethod: 'client_secret_basic',
    redirectUris: [],
    postLogoutRedirectUris: [],
    firstParty: false,
    accessTokenTtlSeconds: 60,
    logoUri: null,
    policyUri: null,
    refreshRotation: true,
    platformContext: false,
    metadata: {},
    createdAtMs: 0,
    ...members,
  };
}
