import { CLIENT_ALGORITHMS } from '../../apps/contract/apps.types';
import { GRANT_TYPES } from '../../apps/contract/grant-types';
import { OIDC_SCOPES } from '../../apps/contract/platform-scopes';
import { ACR_ONE_FACTOR, ACR_TWO_FACTORS } from '../contract/access-token.types';

/** The registration endpoint, on the control plane. */
const REGISTRATION_PATH = '/oauth/register';

/** Returns the metadata with the registration endpoint, to be used if apps can register themselves (RFC 8414 §2, RFC 7591). */
export function withRegistration(
  metadata: Readonly<Record<string, unknown>>,
  issuer: string,
): Readonly<Record<string, unknown>> {
  return { ...metadata, registration_endpoint: `${issuer}/v1${REGISTRATION_PATH}` };
}

/** The methods of client authentication. A public client does not authenticate, but can still revoke its tokens. */
const PROOFS = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'];

/**
 * Returns authorization server metadata (RFC 8414 §2) and OpenID Provider metadata (Discovery 1.0 §3) in one document. It is the same at
 * both paths and on both surfaces, and every endpoint belongs to the backend. Lists only supported features.
 * @param scopes the platform's own scopes.
 */
export function authorizationServerMetadata(
  issuer: string,
  scopes: readonly string[],
): Readonly<Record<string, unknown>> {
  const endpoint = (path: string): string => `${issuer}/v1/oauth/${path}`;
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: endpoint('token'),
    userinfo_endpoint: endpoint('userinfo'),
    end_session_endpoint: endpoint('logout'),
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    introspection_endpoint: endpoint('introspect'),
    revocation_endpoint: endpoint('revoke'),
    scopes_supported: [...OIDC_SCOPES.keys(), ...scopes],
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: GRANT_TYPES,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    token_endpoint_auth_methods_supported: [...PROOFS, 'none'],
    token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
    introspection_endpoint_auth_methods_supported: PROOFS,
    introspection_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
    revocation_endpoint_auth_methods_supported: [...PROOFS, 'none'],
    revocation_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    acr_values_supported: [ACR_ONE_FACTOR, ACR_TWO_FACTORS],
    prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
    claim_types_supported: ['normal'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'acr',
      'amr',
      'sid',
      'at_hash',
      'tenant_id',
      'name',
      'picture',
      'locale',
      'updated_at',
      'email',
      'email_verified',
    ],
    claims_parameter_supported: false,
    request_parameter_supported: false,
    // Discovery §3: defaults to true.
    request_uri_parameter_supported: false,
  };
}
