import type { Paths, Schemas, OpenApiDocument } from './document';

/** The JWK Set and the metadata are answered from buffers before any controller (`preparedDocuments`). */
export function addPreparedDocuments(document: OpenApiDocument): void {
  const prepared = (id: string, summary: string, properties: Schemas, required: string[]): Paths[string] => ({
    get: {
      operationId: id,
      summary,
      description: 'Needs no token.',
      tags: ['oauth'],
      security: [],
      parameters: [
        {
          name: 'If-None-Match',
          in: 'header',
          required: false,
          description: 'Entity tags that the caller has already.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        200: {
          description: summary,
          content: { 'application/json': { schema: { type: 'object', properties, required } } },
        },
        304: { description: 'The caller has it already.' },
      },
    },
  });
  const list = (type: 'object' | 'string') => ({ type: 'array', items: { type } }) as const;
  const text = { type: 'string' } as const;
  const jwks = 'The public signing keys (RFC 7517)';
  document.paths['/.well-known/jwks.json'] = prepared('oauthJwks', jwks, { keys: list('object') }, ['keys']);
  document.paths['/api/v1/jwks'] = prepared('oauthJwksForSdks', jwks, { keys: list('object') }, ['keys']);
  const metadata = {
    issuer: text,
    authorization_endpoint: text,
    token_endpoint: text,
    userinfo_endpoint: text,
    end_session_endpoint: text,
    jwks_uri: text,
    introspection_endpoint: text,
    revocation_endpoint: text,
    registration_endpoint: text,
    scopes_supported: list('string'),
    response_types_supported: list('string'),
    grant_types_supported: list('string'),
  };
  const required = ['issuer', 'response_types_supported'];
  document.paths['/.well-known/oauth-authorization-server'] = prepared(
    'oauthMetadata',
    'Authorization server metadata (RFC 8414)',
    metadata,
    required,
  );
  document.paths['/.well-known/openid-configuration'] = prepared(
    'openidConfiguration',
    'OpenID Provider metadata (OpenID Connect Discovery 1.0); the same document',
    metadata,
    required,
  );
}
