import { hash } from 'node:crypto';
import { AppError } from '../../../kernel/errors/app-error';
import { ifNoneMatchHolds } from '../../../kernel/http/entity-tag';
import { type FrontHandler, type FrontRequest, sendAnswer } from '../../../kernel/http/front';
import type { KeysPort } from '../../keys/contract/keys.port';

const METADATA_MAX_AGE_SECONDS = 300;
/** RFC 8414 §3 and OpenID Connect Discovery 1.0 §4; one document for both. */
const METADATA_PATHS = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'];

type Metadata = Readonly<Record<string, unknown>>;

/** An answer made once, and sent until what it says changes. */
interface PreparedDocument {
  readonly body: Buffer;
  readonly etag: string;
  readonly headers: readonly string[];
}

/**
 * The JWK Set and the metadata, from buffers made once per change: they are asked far more often than they change.
 * @param metadata one object for as long as it says the same. @param jwksPaths where this surface publishes the keys.
 */
export function preparedDocuments(
  keys: KeysPort,
  metadata: () => Metadata,
  jwksPaths: readonly string[],
): FrontHandler {
  const currentMetadata = preparedMetadata(metadata);
  const currentJwks = preparedJwks(keys);
  return (front) => {
    const isJwks = jwksPaths.includes(front.path);
    if (!isJwks && !METADATA_PATHS.includes(front.path)) return false;
    try {
      answer(front, isJwks ? currentJwks() : currentMetadata());
    } catch (error) {
      front.fail(error);
    }
    return true;
  };
}

function preparedMetadata(metadata: () => Metadata): () => PreparedDocument {
  const made = new WeakMap<Metadata, PreparedDocument>();
  return () => {
    const current = metadata();
    const known = made.get(current);
    if (known !== undefined) return known;
    const text = JSON.stringify(current);
    const tag = `"${hash('sha256', text, 'base64url')}"`;
    const document = prepare(Buffer.from(text), tag, METADATA_MAX_AGE_SECONDS);
    made.set(current, document);
    return document;
  };
}

/** The JWK Set as the keys' plan has it now; made anew when the keys or the promise of how long they may be kept change. */
function preparedJwks(keys: KeysPort): () => PreparedDocument {
  let made = { maxAgeSeconds: -1, document: prepare(Buffer.alloc(0), '', 0) };
  return () => {
    const { text, etag, maxAgeSeconds } = keys.jwks();
    if (etag !== made.document.etag || maxAgeSeconds !== made.maxAgeSeconds) {
      made = { maxAgeSeconds, document: prepare(Buffer.from(text), etag, maxAgeSeconds) };
    }
    return made.document;
  };
}

function answer(front: FrontRequest, { body, etag, headers }: PreparedDocument): void {
  const { method, headers: asked } = front.request;
  if (method !== 'GET' && method !== 'HEAD') {
    throw new AppError('method_not_allowed', 'This path takes GET, HEAD.', { headers: { Allow: 'GET, HEAD' } });
  }
  const condition = asked['if-none-match'];
  const isKnown = condition !== undefined && !ifNoneMatchHolds(condition, etag);
  sendAnswer(front, isKnown ? 304 : 200, body, headers);
}

/** Open to every origin, as the RFCs of these documents mean them (rest.md §1). */
function prepare(body: Buffer, etag: string, maxAgeSeconds: number): PreparedDocument {
  const cacheControl = `public, max-age=${maxAgeSeconds}`;
  const plain = ['Content-Type', 'application/json', 'Access-Control-Allow-Origin', '*'];
  return { body, etag, headers: [...plain, 'Cache-Control', cacheControl, 'ETag', etag] };
}
