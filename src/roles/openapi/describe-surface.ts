import 'reflect-metadata';
import { Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { productVersion } from '../../kernel/config/project-root';
import { isBodyOptional } from '../../kernel/http/body/accepted-body';
import { type Deprecation, DEPRECATION } from '../../kernel/http/routes/deprecated';
import { ROUTE_ACCESS, type RouteAccess } from '../../kernel/http/routes/route-access';
import { bodySchemaOf, injectedBy } from '../../kernel/adapters/nest-metadata';
import { addAnswers } from './answers';
import { oauthScheme, type OauthEndpoints } from './oauth-scheme';
import { type OpenApiDocument, type Operation, operationsOf } from './document';
import { addPageAnswers, isPage } from './page-answers';
import { standardSchemaConverter } from './schema-converter';

/** Metadata key of `@ApiOperation`. */
const API_OPERATION = 'swagger/apiOperation';

@Module({})
class DescribedModule {}

type Security = NonNullable<Operation['security']>;

interface SurfaceInfo {
  readonly title: string;
  readonly description: string;
  readonly oauth: OauthEndpoints;
}

/**
 * Reads the decorators of a surface's controllers. It does not call anything, so empty objects stand in for the ports.
 * @param security the schemes, in addition to OAuth, that callers of guarded routes can use to authenticate.
 */
export async function describeSurface(
  controllers: readonly Type[],
  security: Security,
  info: SurfaceInfo,
): Promise<OpenApiDocument> {
  const module = {
    module: DescribedModule,
    controllers: [...controllers],
    providers: [...new Set(controllers.flatMap(injectedBy))].map((token) => ({ provide: token, useValue: {} })),
  };
  const app = await NestFactory.create(module, { logger: false, abortOnError: false });
  const document = SwaggerModule.createDocument(app, configOf(info), {
    // A handler's name is the name that clients use for the operation: `createProject`.
    operationIdFactory: (_controller, handler) => handler,
    standardSchemaConverter,
  });
  await app.close();
  addAccess(document, controllers, security);
  addAnswers(document);
  return document;
}

function configOf(info: SurfaceInfo): Omit<OpenApiDocument, 'paths'> {
  const document = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(info.title)
    .setDescription(info.description)
    .setVersion(productVersion())
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/', 'The server of this document.')
    .addSecurity('oauth', oauthScheme(info.oauth))
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
      description: 'An API key (`cpod_…`), which the control plane accepts in this header too.',
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
  // The builder's own method adds an email address, even an empty address, which is invalid.
  return { ...document, info: { ...document.info, contact: { name: 'CoreSDK', url: 'https://coresdk.io' } } };
}

/**
 * Adds the required access to each operation, from the metadata that the guards read. A public operation states that it requires no access.
 */
function addAccess(document: OpenApiDocument, controllers: readonly Type[], security: Security): void {
  const handlers = new Map(
    controllers.flatMap((controller) => {
      const prototype = controller.prototype as Record<string, object>;
      return Object.getOwnPropertyNames(prototype).flatMap((name) => {
        const handler = prototype[name] ?? {};
        if (!Reflect.hasMetadata(API_OPERATION, handler)) return [];
        return [[name, { handler, isOptional: takesNoBody(controller, name, handler) }] as const];
      });
    }),
  );
  for (const { operation } of operationsOf(document.paths)) {
    const { handler = {}, isOptional = false } = handlers.get(operation.operationId ?? '') ?? {};
    const access = Reflect.getMetadata(ROUTE_ACCESS, handler) as RouteAccess | 'public' | undefined;
    if (typeof access === 'object' && access.isSigned !== true) {
      operation.security = [{ oauth: access.scope === '' ? [] : [access.scope] }, ...security];
    }
    operation.security ??= [];
    const deprecation = Reflect.getMetadata(DEPRECATION, handler) as Deprecation | undefined;
    if (deprecation) operation.deprecated = true;
    if (isOptional && operation.requestBody && !('$ref' in operation.requestBody)) {
      operation.requestBody.required = false;
    }
    addMedia(operation, handler);
    if (isPage(operation)) addPageAnswers(operation);
    operation.description = [operation.description, needsOf(access, operation.security), endOf(deprecation)]
      .filter(Boolean)
      .join(' ');
  }
}

/** Returns whether a handler declares that it accepts a request without a body. */
function takesNoBody(controller: Type, name: string, handler: object): boolean {
  const schema = bodySchemaOf(controller, name) as StandardSchema | undefined;
  const checked = schema?.['~standard'].validate(undefined);
  if (checked !== undefined) return checked.issues === undefined;
  return isBodyOptional(handler);
}

/** The part of the Standard Schema interface (https://standardschema.dev) that checks a value. */
interface StandardSchema {
  readonly '~standard': { readonly validate: (value: unknown) => { readonly issues?: readonly object[] } };
}

function endOf(deprecation: Deprecation | undefined): string {
  if (!deprecation) return '';
  const { since, sunset, instead } = deprecation;
  return `Deprecated since ${since}; can be removed from ${sunset} on. Use \`${instead}\`.`;
}

/** Adds a handler's success responses other than JSON: text or bytes, with the content type that the handler declares. */
function addMedia({ responses }: Operation, handler: object): void {
  for (const answer of Object.values(responses)) {
    if (!answer || '$ref' in answer) continue;
    for (const [type, media] of Object.entries(answer.content ?? {})) {
      if (!/json|event-stream/.test(type)) media.schema = { type: 'string' };
    }
  }
  const sent = (Reflect.getMetadata('__headers__', handler) ?? []) as readonly { name: string; value: string }[];
  const type = sent.find(({ name }) => name === 'Content-Type')?.value.split(';')[0];
  const answer = responses['200'];
  if (!answer || '$ref' in answer || answer.content || type === undefined) return;
  answer.content = { [type]: { schema: { type: 'string' } } };
}

/** The requirements of public routes, by protocol. */
const OWN_PROTOCOL: Readonly<Record<string, string>> = {
  bearer: 'Needs an access token with the scope `openid`.',
  client: 'Needs client authentication (RFC 6749 §2.3).',
  registration: 'Needs an initial access token (RFC 7591), or the registration access token of the app (RFC 7592).',
  scim: 'Needs the token of a SCIM connection, or an access token with the scope `scim`.',
};

function needsOf(access: RouteAccess | 'public' | undefined, [scheme]: Security): string {
  if (typeof access === 'object' && access.isSigned === true) return 'The URL carries its own signature.';
  if (typeof access !== 'object') return OWN_PROTOCOL[Object.keys(scheme ?? {})[0] ?? ''] ?? 'Needs no token.';
  return access.scope === '' ? 'Needs a valid access token.' : `Needs the scope \`${access.scope}\`.`;
}
