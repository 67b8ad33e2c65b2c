import { RequestMethod, type Type } from '@nestjs/common';
import { proxiedRoutes } from '../../kernel/http/routes/path-rules';
import { METHODS, type OpenApiDocument } from './document';

/** Adds the control plane's operations that the backend hands on, under the backend's paths. */
export function addProxied(
  backend: OpenApiDocument,
  controlPlane: OpenApiDocument,
  controllers: readonly Type[],
): void {
  for (const { route, template } of controllers.flatMap(proxiedRoutes)) {
    const method = METHODS.find((one) => one.toUpperCase() === RequestMethod[route.method]);
    const operation = method && controlPlane.paths[documented(route.template)]?.[method];
    // Routes that are no part of the API are not in its document.
    if (operation)
      backend.paths[documented(template)] = { ...backend.paths[documented(template)], [method]: operation };
  }
  backend.components = {
    ...backend.components,
    responses: { ...controlPlane.components?.responses, ...backend.components?.responses },
    schemas: { ...controlPlane.components?.schemas, ...backend.components?.schemas },
  };
}

/** Returns a path as OpenAPI writes it: `/v1/users/{id}`. */
function documented(template: string): string {
  return template.replaceAll(/[:*](\w+)/g, '{$1}');
}
