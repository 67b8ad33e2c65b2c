import { AppError } from '../../../kernel/errors/app-error';
import { type FrontHandler, sendAnswer } from '../../../kernel/http/front';
import type { KeysPort } from '../../keys/contract/keys.port';

const JWKS_MAX_AGE_SECONDS = 300;
const METADATA_PATH = '/.well-known/oauth-authorization-server';

/** Open to every origin, as the RFCs of these documents mean them (rest.md §1). */
const HEADERS = [
  'Content-Type',
  'application/json',
  'Cache-Control',
  `public, max-age=${JWKS_MAX_AGE_SECONDS}`,
  'Access-Control-Allow-Origin',
  '*',
];

/**
 * The JWK Set and the metadata, from buffers made once per change: they are asked far more often than they change.
 * @param jwksPaths where this surface publishes the keys.
 */
export function preparedDocuments(
  keys: KeysPort,
  metadata: Readonly<Record<string, unknown>>,
  jwksPaths: readonly string[],
): FrontHandler {
  const metadataBody = Buffer.from(JSON.stringify(metadata));
  let jwks = { text: '', body: Buffer.alloc(0) };
  const currentJwks = (): Buffer => {
    const text = keys.jwksJson();
    if (text !== jwks.text) jwks = { text, body: Buffer.from(text) };
    return jwks.body;
  };
  return (front) => {
    const { request, path } = front;
    const isJwks = jwksPaths.includes(path);
    if (!isJwks && path !== METADATA_PATH) return false;
    try {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        throw new AppError('method_not_allowed', 'This path takes GET, HEAD.', { headers: { Allow: 'GET, HEAD' } });
      }
      sendAnswer(front, 200, isJwks ? currentJwks() : metadataBody, HEADERS);
    } catch (error) {
      front.fail(error);
    }
    return true;
  };
}
