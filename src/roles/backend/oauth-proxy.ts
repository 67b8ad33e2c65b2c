import type { FrontHandler } from '../../kernel/http/front';
import type { ControlPlaneHop } from '../http/control-plane-hop';

/** The backend's paths that are the control plane's, and what they are called there. */
const ROUTES: readonly (readonly [prefix: string, target: string])[] = [
  ['/v1/oauth/token', '/oauth/token'],
  ['/v1/oauth/introspect', '/oauth/introspect'],
  ['/v1/oauth/revoke', '/oauth/revoke'],
  ['/v1/oauth/apps', '/api/v1/apps'],
  ['/.well-known/jwks.json', '/.well-known/jwks.json'],
  ['/.well-known/oauth-authorization-server', '/.well-known/oauth-authorization-server'],
];

/** Whether a path of the backend is an endpoint of the OAuth protocol itself, with its closed list of errors. */
export function isBackendOauthPath(path: string): boolean {
  return path === '/v1/oauth/token' || path === '/v1/oauth/introspect' || path === '/v1/oauth/revoke';
}

/** The control plane's path for one of the backend's, `null` for a path that is the backend's own. */
export function controlPlanePath(path: string): string | null {
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
    hop(request, response, target + (request.url ?? '').slice(path.length), fail);
    return true;
  };
}
