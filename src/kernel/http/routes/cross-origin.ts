import { type RawRequestHandler, sendAnswer } from '../request-listener';
import type { PathRules } from './path-rules';

const ORIGIN = ['Access-Control-Allow-Origin', '*'] as const;
const PREFLIGHT = [
  ...ORIGIN,
  'Access-Control-Allow-Methods',
  'GET, POST',
  'Access-Control-Allow-Headers',
  'Authorization, Content-Type',
  'Access-Control-Max-Age',
  '7200',
];

/** Returns the headers that a browser requires before it passes a response to an app from a different origin. */
export function originHeaders(rules: Pick<PathRules, 'isForAnyOrigin'> | null): readonly string[] {
  return rules?.isForAnyOrigin === true ? ORIGIN : [];
}

/** Responds to the CORS preflight that a browser sends before it sends a bearer token to a different origin (Fetch standard §3.2.2). */
export const answerPreflight: RawRequestHandler = (front) => {
  if (front.request.method !== 'OPTIONS' || front.rules?.isForAnyOrigin !== true) return false;
  sendAnswer(front, 200, '', PREFLIGHT);
  return true;
};
