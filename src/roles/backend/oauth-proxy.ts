import { methodNotAllowed } from '../../kernel/http/allowed-methods';
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

/** The public methods of tenants (rest.md §3), by path. Tenants are exported, imported and deleted on the internal network alone. */
const TENANTS: readonly (readonly [path: RegExp, methods: readonly string[]])[] = [
  [/^\/v1\/tenants$/, ['GET', 'HEAD', 'POST']],
  [/^\/v1\/tenants\/(?!import$)[^/]+$/, ['GET', 'HEAD', 'PATCH']],
  [/^\/v1\/tenants\/[^/]+\/(suspend|activate)$/, ['POST']],
];

/** Returns the methods that the backend hands on at a path; `null` if it hands on all. */
export function proxiedMethods(path: string): readonly string[] | null {
  return TENANTS.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** The control plane's path for one of the backend's, `null` for a path that is the backend's own. */
export function controlPlanePath(path: string): string | null {
  if (proxiedMethods(path)) return `/api${path}`;
  for (const [prefix, target] of ROUTES) {
    if (path === prefix) return target;
    if (path.startsWith(`${prefix}/`)) return target + path.slice(prefix.length);
  }
  return null;
}

/** Hands the OAuth endpoints and app management on to the control plane, before anything of the backend looks at them. */
export function oauthProxy(hop: ControlPlaneHop): FrontHandler {
  return ({ request, response, path, fail }) => {
    const target = controlPlanePath(path);
    if (target === null) return false;
    const methods = proxiedMethods(path);
    if (methods && !methods.includes(request.method ?? '')) fail(methodNotAllowed(methods));
    else hop(request, response, target + (request.url ?? '').slice(path.length), fail);
    return true;
  };
}
