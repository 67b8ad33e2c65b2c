/**
 * Authorization server metadata (RFC 8414 §2), the same on both surfaces: every endpoint is the backend's. Only what
 * exists is named.
 * @param scopes the platform's own scopes.
 */
export function authorizationServerMetadata(
  issuer: string,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  const authMethods = ['client_secret_basic', 'client_secret_post'];
  return {
    issuer,
    token_endpoint: `${issuer}/v1/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    introspection_endpoint: `${issuer}/v1/oauth/introspect`,
    revocation_endpoint: `${issuer}/v1/oauth/revoke`,
    scopes_supported: scopes,
    // Required by RFC 8414 even where no response type exists.
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: authMethods,
    introspection_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_methods_supported: authMethods,
  };
}
