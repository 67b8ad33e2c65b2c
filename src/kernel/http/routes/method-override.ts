import type { RawRequestHandler } from '../request-listener';

/** HEAD is not included, because the response to a POST has a body, and a network that allows POST also allows HEAD. */
const METHODS = new Set(['PATCH', 'DELETE']);

/**
 * For a POST to a path with `@MethodOverride`, replaces the method with the one named in the header. It does not send a response itself.
 */
export const overrideMethod: RawRequestHandler = ({ request, rules }) => {
  if (rules?.overridesMethod !== true || request.method !== 'POST') return false;
  const named = request.headers['x-http-method-override'];
  const method = typeof named === 'string' ? named.toUpperCase() : '';
  if (METHODS.has(method)) request.method = method;
  return false;
};
