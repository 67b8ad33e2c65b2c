import type { IncomingMessage } from 'node:http';
import { AppError } from '../../errors/app-error';
import { type RawRequest, sendAnswer } from '../request-listener';
import type { PathRules } from './path-rules';

/** Decides which pages from other origins may call a surface. */
export interface OriginRules {
  /** The origin of the surface itself. */
  readonly own: string;
  /** Returns whether pages of an origin may call every path, with any credential. `origin` comes from the caller. */
  isTrusted(origin: string): boolean;
  /** Returns whether pages of an origin may call the surface with the tokens of some app. `origin` comes from the caller. */
  isListed(origin: string): Promise<boolean>;
}

const ANY_ORIGIN = ['Access-Control-Allow-Origin', '*'] as const;
const MAX_ORIGIN_LENGTH = 255;

/** Headers of preflight responses. Browsers cache them for two hours at most. */
const PREFLIGHT = [
  'Access-Control-Allow-Methods',
  'GET, HEAD, POST, PUT, PATCH, DELETE',
  'Access-Control-Max-Age',
  '7200',
];

/** Response headers that pages may read in addition to the headers that the Fetch standard always allows. */
const EXPOSED = [
  ...['ETag', 'Location', 'Link', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
  ...['RateLimit', 'RateLimit-Policy', 'Deprecation', 'Sunset', 'Idempotent-Replayed', 'Preference-Applied'],
  ...['Accept-Ranges', 'Content-Disposition', 'Content-Location', 'Content-Range', 'Repr-Digest', 'X-File-Version'],
  ...['Tus-Resumable', 'Tus-Version', 'Tus-Extension', 'Tus-Max-Size'],
  ...['Upload-Offset', 'Upload-Length', 'Upload-Metadata', 'Upload-Expires'],
].join(', ');

/** Returns the headers that a browser requires before it passes a response to an app from a different origin. */
export function originHeaders(rules: Pick<PathRules, 'isForAnyOrigin'> | null): readonly string[] {
  return rules?.isForAnyOrigin === true ? ANY_ORIGIN : [];
}

/**
 * Returns the origin of the page that sent a request, unless the page belongs to the surface itself; `null` for a page of the surface and
 * for a caller that is not a browser. A sandboxed page has the origin `null`, as a string.
 * @param own origin of the surface, if it is known. Pages may also reach the surface by a different name, which is in `Host`.
 */
export function foreignOrigin({ headers: { origin, host } }: IncomingMessage, own: string | null): string | null {
  if (origin === undefined || origin === own) return null;
  // A request of HTTP/1.0 might have no host.
  const isOwn = host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
  return isOwn ? null : origin;
}

/**
 * Handles requests from pages of other origins (Fetch standard §3.2). Responds to preflights: with 204 if the path is for every origin or
 * the origin is listed, otherwise with 403. Lets the same pages read the response to any other request. Never allows credentials, because
 * the API does not use cookies.
 * @param rules `null` for a surface that lists no origins: its guards decide, and its pages can call only paths for every origin.
 * @param next continues with a request that is not a preflight.
 */
export function admitOrigin(front: RawRequest, rules: OriginRules | null, next: () => void): void {
  const origin = foreignOrigin(front.request, rules?.own ?? null);
  if (origin !== null && front.rules?.isForAnyOrigin === true) admit(front, '*', next);
  else if (origin === null || rules === null) next();
  else if (front.rules?.isForServers === true && !rules.isTrusted(origin)) {
    front.fail(originNotAllowed(origin, 'Only servers call this endpoint, and no page of this origin'));
  } else admitListed(front, origin, rules, next);
}

function admitListed(front: RawRequest, origin: string, rules: OriginRules, next: () => void): void {
  const preflight = isPreflight(front.request);
  rules
    .isListed(origin)
    .catch((thrown: unknown) => {
      if (preflight) throw thrown;
      // The route's own check decides about the call.
      return false;
    })
    .then((listed) => {
      if (listed) admit(front, origin, next);
      else if (preflight) front.fail(originNotAllowed(origin, 'No app lists this origin'));
      else next();
    })
    .catch(front.fail);
}

/** Lets pages read the response, or responds to their preflight. @param allowed their origin; `*` for every origin. */
function admit(front: RawRequest, allowed: string, next: () => void): void {
  const { request, response } = front;
  response.setHeader('Access-Control-Allow-Origin', allowed);
  if (isPreflight(request)) {
    sendAnswer(front, 204, '', [...PREFLIGHT, ...requestedHeaders(request)]);
    return;
  }
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  next();
}

/** The error for a page whose origin is not allowed. @param why a clause without a period. */
export function originNotAllowed(origin: string, why: string): AppError {
  const shown = origin.slice(0, MAX_ORIGIN_LENGTH);
  return new AppError(
    'forbidden',
    `${why}: ${shown}. Add it to "allowed_origins" of the app whose tokens the page uses, or to CORS_ORIGINS of the installation.`,
    { reason: 'origin_not_allowed' },
  );
}

function isPreflight({ method, headers }: IncomingMessage): boolean {
  return method === 'OPTIONS' && headers.origin !== undefined && 'access-control-request-method' in headers;
}

/** Allows the headers that a page wants to send. The page's origin is trusted, so a list of known headers would only break clients. */
function requestedHeaders({ headers }: IncomingMessage): readonly string[] {
  const requested = headers['access-control-request-headers'];
  return requested === undefined ? [] : ['Access-Control-Allow-Headers', requested];
}
