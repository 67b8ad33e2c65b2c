import type { DocumentBuilder } from '@nestjs/swagger';
import { OIDC_SCOPES, PLATFORM_SCOPES, RESERVED_SCOPE_WORDS } from '../../modules/apps/contract/platform-scopes';

/** The paths of a surface's OAuth endpoints. */
export interface OauthEndpoints {
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
}

type SecurityScheme = Parameters<DocumentBuilder['addSecurity']>[1];

/**
 * Returns the security scheme for access tokens: how people sign in, how services authenticate, and the scopes that both can request. A
 * tenant can define further scopes.
 */
export function oauthScheme({ authorizationUrl, tokenUrl }: OauthEndpoints): SecurityScheme {
  const services = new Map([...PLATFORM_SCOPES, ...RESERVED_SCOPE_WORDS]);
  const people = new Map([...OIDC_SCOPES, ...services]);
  return {
    type: 'oauth2',
    description: 'An access token (RFC 9068). People sign in with PKCE (RFC 7636); services use their own credentials.',
    flows: {
      authorizationCode: { authorizationUrl, tokenUrl, scopes: Object.fromEntries(people) },
      clientCredentials: { tokenUrl, scopes: Object.fromEntries(services) },
    },
  };
}
