import { controlPlanePath, proxiedMethods } from '../backend/oauth-proxy';
import type { OpenApiDocument } from './document';

/** The control plane's operations that the backend hands on, under the backend's paths. */
export function addProxied(backend: OpenApiDocument, controlPlane: OpenApiDocument): void {
  for (const [target, item] of Object.entries(controlPlane.paths)) {
    const offered = backendPaths(target);
    for (const own of offered) {
      const proxied = proxiedMethods(own);
      const methods = Object.entries(item).filter(([method]) => proxied?.includes(method.toUpperCase()) ?? true);
      backend.paths[own] = Object.fromEntries(methods);
    }
  }
  backend.components = {
    ...backend.components,
    responses: { ...controlPlane.components?.responses, ...backend.components?.responses },
    schemas: { ...controlPlane.components?.schemas, ...backend.components?.schemas },
  };
}

/** The backend's names for a path of the control plane: those forms that its proxy maps to it. */
function backendPaths(target: string): readonly string[] {
  const forms = [target, `/v1${target}`, target.replace(/^\/api\/v1\//, '/v1/oauth/'), target.replace(/^\/api/, '')];
  return [...new Set(forms)].filter((form) => controlPlanePath(form) === target);
}
