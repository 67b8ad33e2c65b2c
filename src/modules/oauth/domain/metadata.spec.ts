import { authorizationServerMetadata, withRegistration } from './metadata';

const ISSUER = 'https://id.example';
const metadata = authorizationServerMetadata(ISSUER, ['projects.read']);
const ALGORITHMS = ['RS256', 'PS256', 'ES256'];
const PROOFS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

describe('the metadata of the authorization server', () => {
  it('names each endpoint as a URL of the issuer (RFC 8414 §2)', () => {
    expect(metadata).toMatchObject({
      issuer: ISSUER,
      authorization_endpoint: 'https://id.example/oauth/authorize',
      token_endpoint: 'https://id.example/v1/oauth/token',
      userinfo_endpoint: 'https://id.example/v1/oauth/userinfo',
      end_session_endpoint: 'https://id.example/v1/oauth/logout',
      introspection_endpoint: 'https://id.example/v1/oauth/introspect',
      revocation_endpoint: 'https://id.example/v1/oauth/revoke',
      jwks_uri: 'https://id.example/.well-known/jwks.json',
    });
  });

  it('offers only the code flow with S256: no implicit flow, no fragment, no plain challenge (RFC 9700 §2.1)', () => {
    expect(metadata).toMatchObject({
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post'],
      code_challenge_methods_supported: ['S256'],
      grant_types_supported: [
        'client_credentials',
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:token-exchange',
      ],
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('lets public clients get and revoke tokens, and only confidential clients introspect (RFC 7662 §2.1)', () => {
    expect(metadata).toMatchObject({
      token_endpoint_auth_methods_supported: [...PROOFS, 'none'],
      revocation_endpoint_auth_methods_supported: [...PROOFS, 'none'],
      introspection_endpoint_auth_methods_supported: PROOFS,
      token_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      revocation_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
      introspection_endpoint_auth_signing_alg_values_supported: ALGORITHMS,
    });
  });

  it('describes an OpenID provider (Discovery 1.0 §3)', () => {
    expect(metadata).toMatchObject({
      scopes_supported: ['openid', 'profile', 'email', 'offline_access', 'projects.read'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      acr_values_supported: ['urn:cpod:params:oauth:acr:1fa', 'urn:cpod:params:oauth:acr:2fa'],
      prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
      claim_types_supported: ['normal'],
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    });
    const ofIdToken = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'sid', 'at_hash'];
    const ofUser = ['tenant_id', 'name', 'picture', 'locale', 'updated_at', 'email', 'email_verified'];
    expect([...(metadata['claims_supported'] as string[])].sort()).toEqual([...ofIdToken, ...ofUser].sort());
  });

  it('names the registration endpoint only if registration is enabled (RFC 7591 §3)', () => {
    expect(metadata).not.toHaveProperty('registration_endpoint');
    expect(withRegistration(metadata, ISSUER)).toEqual({
      ...metadata,
      registration_endpoint: 'https://id.example/v1/oauth/register',
    });
  });
});
