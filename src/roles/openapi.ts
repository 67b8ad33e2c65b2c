import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, type StandardSchemaConverter, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { projectRoot } from '../kernel/config/project-root';
import { writeDocs } from '../kernel/http/open-api';
import { ROUTE_ACCESS, type RouteAccess } from '../kernel/http/route-access';
import { BACKEND_CONTROLLERS } from './backend/backend.surface';
import { controlPlanePath } from './backend/oauth-proxy';
import { CONTROL_PLANE_CONTROLLERS } from './control-plane/control-plane.surface';

type Paths = OpenAPIObject['paths'];
type Operation = NonNullable<Paths[string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

const METHODS = ['get', 'head', 'put', 'post', 'delete', 'patch'] as const;

/** What the two REST surfaces offer, by the folder of their role, as committed in its `openapi.json`. */
export async function openApiDocuments(): Promise<Readonly<Record<'backend' | 'control-plane', OpenAPIObject>>> {
  await writeDocs();
  const controlPlane = await describeSurface(CONTROL_PLANE_CONTROLLERS, [{ bearer: [] }, { apiKey: [] }], {
    title: 'CoreSDK control plane',
    description: 'The authorization server and administration; for the internal network.',
  });
  addPreparedDocuments(controlPlane);
  const backend = await describeSurface(BACKEND_CONTROLLERS, [{ bearer: [] }], {
    title: 'CoreSDK backend',
    description: 'The public API: OAuth, app management and the platform APIs.',
  });
  addProxied(backend, controlPlane);
  return { backend: tidy(backend), 'control-plane': tidy(controlPlane) };
}

/** The file of a document in the checkout. */
export function openApiFile(role: string): string {
  return path.join(projectRoot(), 'src/roles', role, 'openapi.json');
}

/** The text of the file for a document. */
export function openApiText(document: OpenAPIObject): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

@Module({})
class DescribedModule {}

/**
 * Reads the decorators of a surface's controllers. Nothing is called, so that empty objects stand behind the ports.
 * @param security how the callers of its guarded routes prove who they are, one of these.
 */
async function describeSurface(
  controllers: readonly Type[],
  security: NonNullable<Operation['security']>,
  info: { readonly title: string; readonly description: string },
): Promise<OpenAPIObject> {
  const ports = controllers.flatMap(
    (controller) => (Reflect.getMetadata('design:paramtypes', controller) ?? []) as readonly Type[],
  );
  const module = {
    module: DescribedModule,
    controllers: [...controllers],
    providers: [...new Set(ports)].map((port) => ({ provide: port, useValue: {} })),
  };
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  const { version } = JSON.parse(readFileSync(path.join(projectRoot(), 'package.json'), 'utf8')) as { version: string };
  const config = new DocumentBuilder()
    .setTitle(info.title)
    .setDescription(info.description)
    .setVersion(version)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addSecurity('bearer', {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'An access token (RFC 9068), or an API key (`cpod_…`).',
    })
    .addSecurity('apiKey', {
      type: 'apiKey',
      in: 'header',
      name: 'X-API-Key',
      description: 'An API key (`cpod_…`), which the control plane takes so as well.',
    })
    .addSecurity('scim', {
      type: 'http',
      scheme: 'bearer',
      description: 'The token of a connection, or an access token with the scope "scim".',
    })
    .addSecurity('registration', {
      type: 'http',
      scheme: 'bearer',
      description: 'An initial access token (RFC 7591), or the registration access token of an app (RFC 7592).',
    })
    .addSecurity('client', {
      type: 'http',
      scheme: 'basic',
      description: 'client_id and client_secret (RFC 6749 §2.3.1).',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: operationId,
    standardSchemaConverter,
  });
  await app.close();
  addAccess(document, controllers, security);
  return document;
}

/** `projectsCreate` for `create` of `ProjectsBackendController`. */
function operationId(controller: string, handler: string): string {
  const resource = controller.replace(/(Backend|ControlPlane)?Controller$/, '');
  return resource.charAt(0).toLowerCase() + resource.slice(1) + handler.charAt(0).toUpperCase() + handler.slice(1);
}

/** A zod schema with an id is a component of that name, and a reference where it is used. */
const standardSchemaConverter: StandardSchemaConverter = (schema, { schemaType }) => {
  if (!(schema instanceof z.ZodType)) return undefined;
  const {
    $schema: _,
    id,
    definitions,
    $defs,
    ...body
  } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: schemaType,
    // A later version may give more members, and an old client must not break on them.
    override: ({ jsonSchema }) => {
      if (schemaType === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
  const components = Object.fromEntries(
    Object.entries({ ...(definitions as object | undefined), ...$defs }).map(([name, component]) => [
      name,
      withoutId(component),
    ]),
  );
  if (typeof id !== 'string') return { schema: body, components };
  return {
    schema: { $ref: `#/components/schemas/${id}` },
    components: { ...components, [id]: body },
  };
};

function withoutId(component: unknown): unknown {
  if (typeof component !== 'object' || component === null) return component;
  const { id: _, ...rest } = component as Record<string, unknown>;
  return rest;
}

/** What each guarded operation asks of its caller, from the metadata that the guards read. */
function addAccess(
  document: OpenAPIObject,
  controllers: readonly Type[],
  security: NonNullable<Operation['security']>,
): void {
  const accesses = new Map(
    controllers.flatMap((controller) => {
      const prototype = controller.prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).map((name) => [
        operationId(controller.name, name),
        Reflect.getMetadata(ROUTE_ACCESS, prototype[name] ?? {}) as RouteAccess | 'public' | undefined,
      ]);
    }),
  );
  for (const operation of operationsOf(document.paths)) {
    const access = accesses.get(operation.operationId ?? '');
    // What comes by a signed URL carries its credential in the query.
    if (typeof access !== 'object' || access.isSigned === true) continue;
    operation.security = security;
    const needs = access.scope === '' ? 'Needs a valid access token.' : `Needs the scope \`${access.scope}\`.`;
    operation.description = [operation.description ?? '', needs].join(' ').trim();
  }
}

function operationsOf(paths: Paths): readonly Operation[] {
  return Object.values(paths).flatMap((item) => METHODS.flatMap((method) => item[method] ?? []));
}

/** The JWK Set and the metadata are answered from buffers before any controller (`preparedDocuments`). */
function addPreparedDocuments(document: OpenAPIObject): void {
  const prepared = (id: string, summary: string, properties: Schemas, required: string[]): Paths[string] => ({
    get: {
      operationId: id,
      summary,
      tags: ['oauth'],
      responses: {
        200: {
          description: summary,
          content: { 'application/json': { schema: { type: 'object', properties, required } } },
        },
      },
    },
  });
  const list = (type: 'object' | 'string') => ({ type: 'array', items: { type } }) as const;
  const text = { type: 'string' } as const;
  const jwks = 'The public signing keys (RFC 7517)';
  document.paths['/.well-known/jwks.json'] = prepared('oauthJwks', jwks, { keys: list('object') }, ['keys']);
  document.paths['/api/v1/jwks'] = prepared('oauthJwksForSdks', jwks, { keys: list('object') }, ['keys']);
  const metadata = {
    issuer: text,
    authorization_endpoint: text,
    token_endpoint: text,
    userinfo_endpoint: text,
    end_session_endpoint: text,
    jwks_uri: text,
    introspection_endpoint: text,
    revocation_endpoint: text,
    registration_endpoint: text,
    scopes_supported: list('string'),
    response_types_supported: list('string'),
    grant_types_supported: list('string'),
  };
  const required = ['issuer', 'response_types_supported'];
  document.paths['/.well-known/oauth-authorization-server'] = prepared(
    'oauthMetadata',
    'Authorization server metadata (RFC 8414)',
    metadata,
    required,
  );
  document.paths['/.well-known/openid-configuration'] = prepared(
    'openidConfiguration',
    'OpenID Provider metadata (OpenID Connect Discovery 1.0); the same document',
    metadata,
    required,
  );
}

/** The control plane's operations that the backend hands on, under the backend's paths. */
function addProxied(backend: OpenAPIObject, controlPlane: OpenAPIObject): void {
  for (const [target, item] of Object.entries(controlPlane.paths)) {
    const offered = backendPaths(target);
    for (const own of offered) {
      const methods = Object.entries(item).filter(([method]) => controlPlanePath(own, method.toUpperCase()) === target);
      backend.paths[own] = Object.fromEntries(methods);
    }
  }
  backend.components = {
    ...backend.components,
    schemas: { ...controlPlane.components?.schemas, ...backend.components?.schemas },
  };
}

/** The backend's names for a path of the control plane: those forms that its proxy maps to it. */
function backendPaths(target: string): readonly string[] {
  const forms = [target, `/v1${target}`, target.replace(/^\/api\/v1\//, '/v1/oauth/'), target.replace(/^\/api/, '')];
  return [...new Set(forms)].filter((form) => controlPlanePath(form) === target);
}

/** In a fixed order, with the schemas that are used and no others. */
function tidy(document: OpenAPIObject): OpenAPIObject {
  const byName = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const all = document.components?.schemas ?? {};
  const used = new Set<string>();
  const visit = (value: unknown): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name)) continue;
      used.add(name);
      visit(all[name] ?? {});
    }
  };
  visit(document.paths);
  const schemas = Object.fromEntries(Object.entries(all).filter(([name]) => used.has(name)));
  const tags = [...new Set(operationsOf(document.paths).flatMap(({ tags: names }) => names ?? []))].sort();
  return {
    ...document,
    tags: tags.map((name) => ({ name })),
    paths: byName(document.paths),
    components: { ...document.components, schemas: byName(schemas) },
  };
}

async function main(): Promise<void> {
  for (const [role, document] of Object.entries(await openApiDocuments())) {
    writeFileSync(openApiFile(role), openApiText(document));
  }
}

if (require.main === module) void main();
