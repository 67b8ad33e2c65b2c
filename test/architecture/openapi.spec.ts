import { existsSync, readFileSync } from 'node:fs';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import type { OpenAPIObject } from '@nestjs/swagger';
import { openApiDocuments, openApiFile, openApiText, releasedFile } from '../../src/roles/openapi/openapi';
import { breakingChanges, type ReleasedApi } from '../../src/roles/openapi/breaking-changes';
import { proxiedRoutes } from '../../src/kernel/http/routes/path-rules';
import { proxiedControllers } from '../../src/roles/hosting';
import { DocumentSchemas } from '../support/document-schemas';
import { restControllers, routesOf, type Surface } from './rest-controllers';

let documents: Awaited<ReturnType<typeof openApiDocuments>>;
/** Paths of the public surface that the internal surface serves. */
let proxied: ReadonlySet<string>;

beforeAll(async () => {
  documents = await openApiDocuments();
  const templates = (await proxiedControllers()).flatMap(proxiedRoutes).map(({ template }) => template);
  proxied = new Set(templates.map((template) => template.replaceAll(/[:*](\w+)/g, '{$1}')));
});

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operationId: string;
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly description?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly schema?: { readonly type?: string };
  }[];
  readonly requestBody?: { readonly required?: boolean; readonly content?: Readonly<Record<string, object>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object }>>;
}

const operations = (document: OpenAPIObject): readonly Operation[] =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Omit<Operation, 'path' | 'method'>>>).map(([method, operation]) => ({
      ...operation,
      path,
      method,
    })),
  );

/** The reference page of the last release and its assets, now below `/docs/api`. People open it; API clients do not call it. */
const MOVED_PAGES = ['/docs', '/docs/start.js', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui.css'];

/** Handlers of paths that a protocol does not define. */
const UNDOCUMENTED = ['ScimInternalController.other'];

/** Returns the operation id of a handler such as `ProjectsPublicController.createProject`: the name of its method. */
const idOf = (handler: string): string => handler.slice(handler.indexOf('.') + 1);

it('generation of the OpenAPI documents leaves the parameters of handlers unchanged', async () => {
  const parameters = (): readonly unknown[] =>
    restControllers().flatMap(({ controller }) =>
      Object.getOwnPropertyNames(controller.prototype).map(
        (name) => Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) as unknown,
      ),
    );
  const before = parameters();
  await openApiDocuments();
  expect(parameters()).toEqual(before);
  expect(JSON.stringify(before)).not.toContain(':100"');
});

describe.each(['backend', 'control-plane'] as const)('the OpenAPI document of the %s', (role) => {
  it('is committed as generated from the code (after a change: npm run openapi)', () => {
    const committed = existsSync(openApiFile(role)) ? readFileSync(openApiFile(role), 'utf8') : '';
    expect(committed).toBe(openApiText(documents[role]));
  });

  it('has every route of the surface', () => {
    const surface: Surface = role === 'backend' ? 'public' : 'internal';
    const described = new Set(operations(documents[role]).map(({ operationId }) => operationId));
    const routes = restControllers()
      .filter((controller) => controller.surface === surface)
      .flatMap(routesOf)
      .filter(({ handler }) => !UNDOCUMENTED.includes(handler));
    expect(routes.length).toBeGreaterThan(0);
    expect(routes.map(({ handler }) => idOf(handler)).filter((id) => !described.has(id))).toEqual([]);
  });

  it('gives each tag a readable title and a description', () => {
    const tags = (documents[role].tags ?? []) as { readonly name: string; readonly 'x-displayName'?: string }[];
    const titles = tags.map((tag) => tag['x-displayName'] ?? tag.name);
    expect(titles.filter((title) => !/^(?:[A-Z][A-Za-z]+|Sign-in)(?: [A-Za-z]+)*$/.test(title))).toEqual([]);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles).toEqual([...titles].sort((one, other) => one.localeCompare(other, 'en')));
    const used = new Set(operations(documents[role]).flatMap((operation) => operation.tags ?? []));
    expect(new Set(tags.map(({ name }) => name))).toEqual(used);
  });

  it('describes every operation, its response and its error format', () => {
    const bare = operations(documents[role]).filter(({ path, summary, description, tags, responses }) => {
      const isPage = /^(pages|console)$/.test(tags?.[0] ?? '') && 'text/html' in (responses['200']?.content ?? {});
      const shape = isPage
        ? 'OfPage'
        : path.startsWith('/scim/')
          ? 'OfScim'
          : path.startsWith('/ofrep/')
            ? 'OfOfrep'
            : '';
      const isWhole = Boolean(summary) && Boolean(description) && tags?.length === 1;
      return !isWhole || responses['default']?.$ref !== `#/components/responses/Failure${shape}`;
    });
    expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });

  it('lists the errors that the pipeline and decorators of each operation can return', () => {
    const routes = new Map(
      restControllers()
        .flatMap(routesOf)
        .map((route) => [idOf(route.handler), route]),
    );
    const missing = operations(documents[role]).flatMap((operation) => {
      const access = routes.get(operation.operationId)?.access;
      const isGuarded = typeof access === 'object' && access.isSigned !== true;
      const takes = (name: string): boolean => operation.parameters?.some((one) => one.name === name) === true;
      const expected = [
        ...['400', '429', '500', '503'],
        ...(isGuarded ? ['401', '403', '404'] : []),
        ...(operation.path.includes('{') ? ['404'] : []),
        ...(operation.requestBody === undefined ? [] : ['413', '415']),
        ...(takes('If-Match') ? ['412'] : []),
        ...(takes('Idempotency-Key') ? ['409', '422'] : []),
      ];
      return expected
        .filter((status) => operation.responses[status]?.$ref === undefined)
        .map((status) => `${operation.operationId} ${status}`);
    });
    expect(missing).toEqual([]);
  });

  it('requires a token or key exactly where the guard does, and client authentication at the OAuth endpoints', () => {
    // The backend forwards some operations to the control plane. Its own operations can have the same names.
    const surfaces: readonly Surface[] = role === 'backend' ? ['internal', 'public'] : ['internal'];
    const scopes = new Map(
      surfaces
        .flatMap((surface) => restControllers().filter((controller) => controller.surface === surface))
        .flatMap(routesOf)
        // A signed URL contains its own credential.
        .flatMap(({ handler, access }) =>
          typeof access === 'object' && access.isSigned !== true ? [[idOf(handler), access.scope]] : [],
        ),
    );
    for (const { operationId, security, path } of operations(documents[role])) {
      // The control plane accepts an API key in a separate header as well, even behind the backend.
      const isItsOwn = role === 'backend' && !proxied.has(path);
      const scope = scopes.get(operationId);
      const byOauth = { oauth: scope === undefined || scope === '' ? [] : [scope] };
      const byToken = isItsOwn ? [byOauth, { bearer: [] }] : [byOauth, { bearer: [] }, { apiKey: [] }];
      const byClient = /^(issue|introspect|revoke)Token$/.test(operationId) ? [{ client: [] }] : undefined;
      const byBearer = /^(get|post)Userinfo$/.test(operationId) ? [{ bearer: [] }] : undefined;
      const byConnection = /Scim/.test(operationId) ? [{ scim: [] }] : undefined;
      const byRegistration = /^(register|read|replace|delete)Client$/.test(operationId)
        ? [{ registration: [] }]
        : undefined;
      expect([operationId, security]).toEqual([
        operationId,
        scope !== undefined ? byToken : (byClient ?? byBearer ?? byConnection ?? byRegistration ?? []),
      ]);
    }
  });

  it('defines exactly the schemas that it references', () => {
    const text = JSON.stringify(documents[role]);
    const referred = new Set([...text.matchAll(/#\/components\/schemas\/([^"]+)/g)].map(([, name]) => name));
    expect([...referred].sort()).toEqual(Object.keys(documents[role].components?.schemas ?? {}).sort());
  });

  it('has a valid example for each JSON, form or stream request and successful response', () => {
    const contract = new DocumentSchemas(documents[role]);
    const faults = operations(documents[role]).flatMap((operation) => {
      const answers = Object.entries(operation.responses).map(
        ([status, part]) => [`responses/${status}`, part] as const,
      );
      return [['requestBody', operation.requestBody ?? {}] as const, ...answers].flatMap(([where, part]) =>
        Object.entries((part as { content?: Record<string, { example?: unknown }> }).content ?? {})
          .filter(([type]) => /json|event-stream|form-urlencoded/.test(type))
          .flatMap(([type, { example }]) => {
            const pointer = ['paths', operation.path, operation.method, ...where.split('/'), 'content', type, 'schema'];
            const fault = example === undefined ? 'has no example' : contract.faultOf(pointer, example);
            return fault === null ? [] : [`${operation.operationId} ${where}: ${fault}`];
          }),
      );
    });
    expect(faults).toEqual([]);
  });

  it('keeps the promises of the last release (with a release: npm run openapi -- --release)', () => {
    const released = JSON.parse(readFileSync(releasedFile(role), 'utf8')) as ReleasedApi;
    const now = JSON.parse(openApiText(documents[role])) as ReleasedApi;
    const paths = Object.fromEntries(Object.entries(released.paths).filter(([route]) => !MOVED_PAGES.includes(route)));
    expect(breakingChanges({ ...released, paths }, now)).toEqual([]);
  });

  it('does not require a body where any content type is accepted, because the body can be empty', () => {
    const taken = operations(documents[role]).filter(({ requestBody }) => requestBody?.content?.['*/*']);
    expect(taken.filter(({ requestBody }) => requestBody?.required !== false).map(({ path }) => path)).toEqual([]);
  });

  it('has a type for each path parameter', () => {
    const untyped = operations(documents[role]).flatMap(({ method, path, parameters = [] }) =>
      parameters.filter(({ in: place, schema }) => place === 'path' && !schema?.type).map(() => `${method} ${path}`),
    );
    expect(untyped).toEqual([]);
  });

  it('documents each parameter of an operation once', () => {
    const twice = operations(documents[role]).flatMap(({ method, path, parameters = [] }) => {
      const names = parameters.map((parameter) => `${parameter.in} ${parameter.name.toLowerCase()}`);
      return new Set(names).size === names.length ? [] : [`${method} ${path}`];
    });
    expect(twice).toEqual([]);
  });

  it('has a unique id for each operation', () => {
    const ids = operations(documents[role]).map(({ operationId }) => operationId);
    expect(ids.filter((id) => !/^[a-z]+[A-Z]/.test(id))).toEqual([]);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});

describe('the OpenAPI document of the backend', () => {
  it('includes the proxied routes under the backend’s own paths', () => {
    expect(Object.keys(documents.backend.paths).filter((path) => proxied.has(path))).toEqual([
      '/.well-known/jwks.json',
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      '/account',
      '/account/data.json',
      '/account/factors',
      '/oauth/authorize',
      '/oauth/connections/callback',
      '/oauth/connections/link',
      '/oauth/connections/{id}/start',
      '/oauth/consent',
      '/oauth/console',
      '/oauth/email',
      '/oauth/form-post.js',
      '/oauth/icon.svg',
      '/oauth/pages.css',
      '/oauth/passkeys.js',
      '/oauth/password',
      '/oauth/second-factor',
      '/oauth/sign-in',
      '/oauth/sign-in/code',
      '/oauth/sign-up',
      '/oauth/signed-out',
      '/scim/v2/.search',
      '/scim/v2/Bulk',
      '/scim/v2/Groups',
      '/scim/v2/Groups/.search',
      '/scim/v2/Groups/{id}',
      '/scim/v2/Me',
      '/scim/v2/ResourceTypes',
      '/scim/v2/ResourceTypes/{id}',
      '/scim/v2/Schemas',
      '/scim/v2/Schemas/{id}',
      '/scim/v2/ServiceProviderConfig',
      '/scim/v2/Users',
      '/scim/v2/Users/.search',
      '/scim/v2/Users/{id}',
      '/v1/apps/{appId}/token-claims',
      '/v1/connections',
      '/v1/connections/{id}',
      '/v1/connections/{id}/check',
      '/v1/connections/{id}/domains',
      '/v1/connections/{id}/domains/{domain}',
      '/v1/connections/{id}/domains/{domain}/verify',
      '/v1/connections/{id}/identities',
      '/v1/connections/{id}/identities/{identityId}',
      '/v1/identities',
      '/v1/identities/{id}',
      '/v1/oauth/apps',
      '/v1/oauth/apps/{id}',
      '/v1/oauth/apps/{id}/rotate-secret',
      '/v1/oauth/client-registration',
      '/v1/oauth/client-registration/tokens',
      '/v1/oauth/client-registration/tokens/{id}',
      '/v1/oauth/introspect',
      '/v1/oauth/logout',
      '/v1/oauth/me/grants',
      '/v1/oauth/me/grants/{id}',
      '/v1/oauth/register',
      '/v1/oauth/register/{id}',
      '/v1/oauth/revoke',
      '/v1/oauth/token',
      '/v1/oauth/userinfo',
      '/v1/tenants',
      '/v1/tenants/current',
      '/v1/tenants/{id}',
      '/v1/tenants/{id}/activate',
      '/v1/tenants/{id}/suspend',
      '/v1/token-claims',
      '/v1/token-claims/policy',
      '/v1/token-claims/try',
    ]);
  });

  it('does not contain routes of the internal surface', () => {
    // From /oauth, only the pages are included: the machine endpoints have the backend's own paths.
    const internal = /^\/(api|readyz|health$|oauth\/(token|introspect|revoke|logout|userinfo))/;
    expect(Object.keys(documents.backend.paths).filter((path) => internal.test(path))).toEqual([]);
  });
});
