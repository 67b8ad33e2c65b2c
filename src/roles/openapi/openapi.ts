import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { RequestMethod, type Type } from '@nestjs/common';
import { projectRoot } from '../../kernel/config/project-root';
import { withDocs } from '../../kernel/http/openapi/open-api';
import { proxiedRoutes } from '../../kernel/http/routes/path-rules';
import { backendControllers } from '../backend/backend.surface';
import { proxiedControllers } from '../hosting';
import { controlPlaneControllers } from '../control-plane/control-plane.surface';
import { describeSurface } from './describe-surface';
import { METHODS, type OpenApiDocument } from './document';
import { addExamples } from './examples';
import { tidy } from './tidy';

type Documents = Readonly<Record<'backend' | 'control-plane', OpenApiDocument>>;

/** Returns the OpenAPI documents of the two REST surfaces by role folder, as committed in the `openapi.json` of that folder. */
export async function openApiDocuments(): Promise<Documents> {
  const controllers = {
    backend: await backendControllers(),
    controlPlane: await controlPlaneControllers(),
    proxied: await proxiedControllers(),
  };
  return withDocs(() => describeSurfaces(controllers));
}

async function describeSurfaces(
  controllers: Readonly<Record<'backend' | 'controlPlane' | 'proxied', readonly Type[]>>,
): Promise<Documents> {
  const controlPlane = await describeSurface(controllers.controlPlane, [{ bearer: [] }, { apiKey: [] }], {
    title: 'CoreSDK control plane',
    description: 'The authorization server and administration; for the internal network.',
    oauth: { authorizationUrl: '/oauth/authorize', tokenUrl: '/oauth/token' },
  });
  const backend = await describeSurface(controllers.backend, [{ bearer: [] }], {
    title: 'CoreSDK backend',
    description: 'The public API: OAuth, app management and the platform APIs.',
    oauth: { authorizationUrl: '/oauth/authorize', tokenUrl: '/v1/oauth/token' },
  });
  addExamples(controlPlane);
  addProxied(backend, controlPlane, controllers.proxied);
  addExamples(backend);
  return { backend: tidy(backend), 'control-plane': tidy(controlPlane) };
}

/** Returns the path of a document in the checkout. */
export function openApiFile(role: string): string {
  return path.join(projectRoot(), 'src/roles', role, 'openapi.json');
}

/** Returns the text of a document's file. */
export function openApiText(document: OpenApiDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Returns the path of the last release's document, which `npm run openapi -- --release` writes. */
export function releasedFile(role: string): string {
  return path.join(projectRoot(), 'src/roles', role, 'openapi.released.json');
}

/** Returns the parts of a document that clients rely on, without descriptions and examples. */
export function releasedText({ paths, components }: OpenApiDocument): string {
  const contract = { paths, components: { schemas: components?.schemas } };
  const bare = JSON.stringify(contract, function (this: object, key, value: unknown) {
    // Members can have these names too: their schemas are objects.
    const isWords = ['description', 'summary'].includes(key) && typeof value === 'string';
    return isWords || (key === 'example' && 'schema' in this) ? undefined : value;
  });
  return `${bare}\n`;
}

async function main(): Promise<void> {
  for (const [role, document] of Object.entries(await openApiDocuments())) {
    writeFileSync(openApiFile(role), openApiText(document));
    if (process.argv.includes('--release')) writeFileSync(releasedFile(role), releasedText(document));
  }
}

if (require.main === module) void main();

/** Adds the control plane's operations to which the backend forwards requests, under the backend's paths. */
function addProxied(backend: OpenApiDocument, controlPlane: OpenApiDocument, controllers: readonly Type[]): void {
  for (const { route, template } of controllers.flatMap(proxiedRoutes)) {
    const method = METHODS.find((one) => one.toUpperCase() === RequestMethod[route.method]);
    const operation = method && controlPlane.paths[documented(route.template)]?.[method];
    // Routes outside the API are not in its document.
    if (operation)
      backend.paths[documented(template)] = { ...backend.paths[documented(template)], [method]: operation };
  }
  backend.components = {
    ...backend.components,
    responses: { ...controlPlane.components?.responses, ...backend.components?.responses },
    schemas: { ...controlPlane.components?.schemas, ...backend.components?.schemas },
  };
}

/** Returns a path in OpenAPI syntax: `/v1/users/{id}`. */
function documented(template: string): string {
  return template.replaceAll(/[:*](\w+)/g, '{$1}');
}
