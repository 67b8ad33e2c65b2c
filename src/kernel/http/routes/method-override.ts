import type { RawRequestHandler } from '../request-listener';

/** Not HEAD: the answer to a POST has a body, and a network that lets POST through lets HEAD through. */
const METHODS = new Set(['PATCH', 'DELETE']);

/** Gives a POST to a path with `@MethodOverride` the method that its header names. It answers nothing itself. */
export const overrideMethod: RawRequestHandler = ({ request, rules }) => {
  if (rules?.overridesMethod !== true || request.method !== 'POST') return false;
  const named = request.headers['x-http-method-override'];
  const method = typeof named === 'string' ? named.toUpperCase() : '';
  if (METHODS.has(method)) request.method = method;
  return false;
};
