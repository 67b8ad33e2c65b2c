import type { FrontHandler } from '../../kernel/http/front';
import type { ControlPlaneHop } from '../http/control-plane-hop';

/** The backend's paths that are the control plane's, and what they are called there. */
const ROUTES: readonly (readonly [prefix: string, target: string])[] = [
  ['/v1/oauth/token', '/oauth/token'],
  ['/v1/oauth/introspect', '/oauth/introspect'],
  ['/v1/oauth/revoke', '/oauth/revoke'],
  ['/v1/oauth/userinfo', '/oauth/userinfo'],
  ['/v1/oauth/register', '/oauth/register'],
  ['/v1/oauth/client-registration', '/api/v1/client-registration'],
  ['/v1/oauth/me/grants', '/oauth/me/grants'],
  ['/v1/oauth/apps', '/api/v1/apps'],
  ['/v1/oauth/logout', '/oauth/logout'],
  // Identity providers call from the Internet.
  ['/scim/v2', '/scim/v2'],
  // The pages of sign-in and consent, and what they are drawn with, under the same paths.
  ['/oauth/authorize', '/oauth/authorize'],
  ['/oauth/sign-in', '/oauth/sign-in'],
  ['/oauth/consent', '/oauth/consent'],
  ['/oauth/console', '/oauth/console'],
  ['/oauth/password', '/oauth/password'],
  ['/oauth/signed-out', '/oauth/signed-out'],
  ['/oauth/pages.css', '/oauth/pages.css'],
  ['/oauth/icon.svg', '/oauth/icon.svg'],
  ['/oauth/form-post.js', '/oauth/form-post.js'],
  ['/.well-known/jwks.json', '/.well-known/jwks.json'],
  ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server'],
  ['/.well-known/openid-configuration', '/.well-known/openid-configuration'],
];

/** The endpoints of the OAuth protocol itself, with its closed list of errors. */
const PROTOCOL = ['/v1/oauth/token', '/v1/oauth/introspect', '/v1/oauth/revoke', '/v1/oauth/userinfo'];

/** Whether a path of the backend is an endpoint of the OAuth protocol. */
export function isBackendOauthPath(path: string): boolean {
  return PROTOCOL.includes(path);
}

/** What of tenants is public (rest.md §3); taking them in, out and apart is for the internal network alone. */
const TENANTS = /^\/v1\/tenants(\/[^/]+(\/(suspend|activate))?)?$/;

/** The control plane's path for one of the backend's, `null` for a path that is the backend's own. */
export function controlPlanePath(path: string, method = 'GET'): string | null {
  if (TENANTS.test(path) && method !== 'DELETE' && path !== '/v1/tenants/import') return `/api${path}`;
  for (const [prefix, target] of ROUTES) {
    if (path === prefix) return target;
    if (path.startsWith(`${prefix}/`)) return target + path.slice(prefix.length);
  }
  return null;
}

/** Hands the OAuth endpoints and app management on to the control plane, before anything of the backend looks at them. */
export function oauthProxy(hop: ControlPlaneHop): FrontHandler {
  return ({ request, response, path, fail }) => {
    const target = controlPlanePath(path, request.method);
    if (target === null) return false;
    hop(request, response, target + (request.url ?? '').slice(path.length), fail);
    return true;
  };
}
