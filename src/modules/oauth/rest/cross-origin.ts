import { AppError, toAppError } from '../../../kernel/errors/app-error';
import { type FrontHandler, sendAnswer } from '../../../kernel/http/front';

/**
 * What an app in a browser calls from its own origin. No cookie opens any of it, so that every origin may; introspection
 * is for servers.
 */
const OPEN_PATHS = ['/oauth/token', '/oauth/revoke', '/oauth/userinfo'];

const ORIGIN = { 'Access-Control-Allow-Origin': '*' } as const;
const PREFLIGHT = [
  ...Object.entries(ORIGIN).flat(),
  'Access-Control-Allow-Methods',
  'GET, POST',
  'Access-Control-Allow-Headers',
  'Authorization, Content-Type',
  'Access-Control-Max-Age',
  '7200',
];

/** Headers for a good answer of a path. */
export function crossOriginHeaders(path: string): readonly string[] {
  return OPEN_PATHS.includes(path) ? Object.entries(ORIGIN).flat() : [];
}

/** The error with the headers without which a browser keeps it from the app. */
export function crossOriginError(path: string, thrown: unknown): unknown {
  if (!OPEN_PATHS.includes(path)) return thrown;
  const { code, message, cause, fields, headers } = toAppError(thrown);
  return new AppError(code, message, { cause, fields, headers: { ...headers, ...ORIGIN } });
}

/** Answers the question that a browser asks before it sends a bearer token elsewhere (Fetch standard §3.2.2). */
export const crossOriginPreflight: FrontHandler = (front) => {
  if (front.request.method !== 'OPTIONS' || !OPEN_PATHS.includes(front.path)) return false;
  sendAnswer(front, 200, '', PREFLIGHT);
  return true;
};
