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

/** Returns the headers without which a browser keeps an answer from an app of another origin. */
export function originHeaders(rules: Pick<PathRules, 'isForAnyOrigin'> | null): readonly string[] {
  return rules?.isForAnyOrigin === true ? ORIGIN : [];
}

/** Answers the question that a browser asks before it sends a bearer token elsewhere (Fetch standard §3.2.2). */
export const answerPreflight: RawRequestHandler = (front) => {
  if (front.request.method !== 'OPTIONS' || front.rules?.isForAnyOrigin !== true) return false;
  sendAnswer(front, 200, '', PREFLIGHT);
  return true;
};
