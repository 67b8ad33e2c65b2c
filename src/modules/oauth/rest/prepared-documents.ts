import type { Request, RequestHandler, Response } from 'express';
import type { KeysPort } from '../../keys/contract/keys.port';

const JWKS_MAX_AGE_SECONDS = 300;
const METADATA_PATH = '/.well-known/oauth-authorization-server';

interface Prepared {
  readonly text: string;
  readonly body: Buffer;
}

/**
 * The JWK Set and the metadata, from buffers made once per change and before any router runs: they are asked far more
 * often than they change. Open to every origin, as their RFCs mean them (rest.md §1).
 * @param jwksPaths where this surface publishes the keys.
 */
export function preparedDocuments(
  keys: KeysPort,
  metadata: Readonly<Record<string, unknown>>,
  jwksPaths: readonly string[],
): RequestHandler {
  const metadataBody = Buffer.from(JSON.stringify(metadata));
  let jwks: Prepared = { text: '', body: Buffer.alloc(0) };
  const currentJwks = (): Buffer => {
    const text = keys.jwksJson();
    if (text !== jwks.text) jwks = { text, body: Buffer.from(text) };
    return jwks.body;
  };
  return (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      next();
    } else if (jwksPaths.includes(request.path)) {
      send(request, response, currentJwks());
    } else if (request.path === METADATA_PATH) {
      send(request, response, metadataBody);
    } else {
      next();
    }
  };
}

function send(request: Request, response: Response, body: Buffer): void {
  response
    .writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Length': body.length,
      'Cache-Control': `public, max-age=${JWKS_MAX_AGE_SECONDS}`,
      'Access-Control-Allow-Origin': '*',
    })
    .end(request.method === 'HEAD' ? undefined : body);
}
