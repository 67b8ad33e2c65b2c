import type { FrontHandler } from '../../../kernel/http/front';

const UPLOADS = '/v1/files/uploads/';
/** Not HEAD: the answer to a POST has a body, and a network that lets POST through lets HEAD through. */
const METHODS = new Set(['PATCH', 'DELETE']);

/**
 * Gives a POST to an upload the method that `X-HTTP-Method-Override` names, for clients whose network lets only GET and POST through
 * (tus 1.0.0, "X-HTTP-Method-Override"). It answers nothing itself.
 */
export const uploadMethodOverride: FrontHandler = ({ request, path }) => {
  const named = request.headers['x-http-method-override'];
  const method = typeof named === 'string' ? named.toUpperCase() : '';
  if (request.method === 'POST' && path.startsWith(UPLOADS) && METHODS.has(method)) request.method = method;
  return false;
};
