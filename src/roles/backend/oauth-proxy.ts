import type { Request, RequestHandler, Response } from 'express';
import type { AppError } from '../../kernel/errors/app-error';
import { OAUTH_CODE } from '../../kernel/errors/error-tables';
import { errorAnswer } from '../../kernel/http/error-body';
import { requestState } from '../../kernel/http/request-state';
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
export function oauthProxy(hop: ControlPlaneHop): RequestHandler {
  return (request, response, next) => {
    const path = controlPlanePath(request.path);
    if (path === null) {
      next();
      return;
    }
    const query = request.url.indexOf('?');
    hop(request, response, query === -1 ? path : path + request.url.slice(query), (error) => {
      answerUnreachable(request, response, error);
    });
  };
}

function answerUnreachable(request: Request, response: Response, error: AppError): void {
  const code = isBackendOauthPath(request.path) ? OAUTH_CODE[error.code] : null;
  const answer = errorAnswer(error, {
    requestId: requestState(request).requestId,
    accept: request.headers.accept,
    ...(code === null ? {} : { code }),
  });
  response.status(answer.status).set(answer.headers).set('Content-Type', answer.contentType).end(answer.body);
}
