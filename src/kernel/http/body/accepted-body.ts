import { applyDecorators, Body, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiBody, ApiConsumes, ApiExtension, whileDocumented } from '../openapi/open-api';
import { keepParameters } from '../../adapters/nest-metadata';

/** The body that a route accepts instead of JSON of at most 1 MiB (rest.md §1). */
export interface AcceptedBody {
  /** Media types, without parameters. */
  readonly types: readonly string[];
  /** Maximum size of the body after decoding its `Content-Encoding`. */
  readonly limitBytes: number;
  /** Schema of the body for the API document; omitted for text and binary data. */
  readonly schema?: z.ZodType;
  /** True if the route accepts a request without a body; false by default. */
  readonly isOptional?: boolean;
  /** An example of the JSON that the route accepts, for the API document of a route without a schema. */
  readonly example?: object;
  /** A different limit for `application/json` bodies, and the message of the 413 response, which says what to send instead. */
  readonly json?: { readonly limitBytes: number; readonly tooLarge: string };
}

/** A body as sent, for a route that declares which bodies it accepts. */
export interface SentBody {
  /** The accepted media type that matches the body. */
  readonly type: string;
  readonly bytes: Buffer;
}

const ACCEPTED_BODY = 'coresdk:accepted-body';
const JSON_LIMIT = 'coresdk:json-limit';
const KEEPS_JSON = 'coresdk:keeps-json';
const STREAMED_BODY = 'coresdk:streamed-body';

/** OpenAPI extension of an operation, which `roles/openapi` later turns into the example of the operation's body. */
export const JSON_EXAMPLE = 'x-json-example';

const BINARY = ApiBody({ schema: { type: 'string', format: 'binary' } });

/**
 * Documents the body of a handler that receives it unparsed: `@nestjs/swagger` reads schemas only from parameters. If the handler declared
 * such a parameter, the surface would reject every body, because the body is never parsed.
 */
function describedBody(schema: z.ZodType): MethodDecorator {
  return (target, key) => {
    let putBack = (): void => undefined;
    whileDocumented({
      apply: () => {
        putBack = keepParameters(target.constructor, key);
        Body({ schema })(target, key, UNUSED_PARAMETER);
      },
      undo: () => putBack(),
    });
  };
}

/** A parameter index beyond the last parameter of any handler. */
const UNUSED_PARAMETER = 100;

/**
 * Declares the bodies that a route accepts. The bodies are read after the guards have run, and reach the handler unparsed through
 * {@link Sent}.
 */
export function AcceptsBody(accepted: AcceptedBody): MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCEPTED_BODY, accepted),
    ApiConsumes(...accepted.types),
    accepted.schema ? describedBody(accepted.schema) : BINARY,
    ...(accepted.example ? [ApiExtension(JSON_EXAMPLE, accepted.example)] : []),
  );
}

/** Returns the body that the called route accepts; `null` for plain JSON. */
export function acceptedBody(host: ExecutionContext): AcceptedBody | null {
  return (Reflect.getMetadata(ACCEPTED_BODY, host.getHandler()) as AcceptedBody | undefined) ?? null;
}

/** Returns whether a handler with declared bodies accepts a request without a body. Content of any type may be empty. */
export function isBodyOptional(handler: object): boolean {
  const accepted = Reflect.getMetadata(ACCEPTED_BODY, handler) as AcceptedBody | undefined;
  const streamed = Reflect.getMetadata(STREAMED_BODY, handler) as readonly string[] | undefined;
  return accepted?.isOptional === true || streamed?.includes('*/*') === true;
}

/** Sets the maximum size of a route's JSON, if it differs from 1 MiB. */
export function JsonLimit(limitBytes: number): MethodDecorator {
  return SetMetadata(JSON_LIMIT, limitBytes);
}

/** Returns the {@link JsonLimit} of the called route; `null` if there is none. */
export function jsonLimit(host: ExecutionContext): number | null {
  return (Reflect.getMetadata(JSON_LIMIT, host.getHandler()) as number | undefined) ?? null;
}

/**
 * Declares that a route with a parsed JSON body also needs the body as sent, through {@link Sent}, because long numbers lose digits when
 * they are parsed as doubles.
 */
export function KeepsJson(): MethodDecorator {
  return SetMetadata(KEEPS_JSON, true);
}

/** Returns whether the called route has {@link KeepsJson}. */
export function keepsJson(host: ExecutionContext): boolean {
  return Reflect.getMetadata(KEEPS_JSON, host.getHandler()) === true;
}

/** Declares that a route reads its body itself, as a stream, and that no other code reads the body. The handler sets the limit. */
export function StreamsBody(...types: readonly string[]): MethodDecorator {
  return applyDecorators(SetMetadata(STREAMED_BODY, types), ApiConsumes(...types), BINARY);
}

/** Returns the media types that the called route reads itself; `null` if the route has no {@link StreamsBody}. */
export function streamedBody(host: ExecutionContext): readonly string[] | null {
  return (Reflect.getMetadata(STREAMED_BODY, host.getHandler()) as readonly string[] | undefined) ?? null;
}

const sentBodies = new WeakMap<Request, SentBody>();

/** Stores a body until the handler requests it. */
export function setSentBody(request: Request, body: SentBody): void {
  sentBodies.set(request, body);
}

/** Returns the stored body; `null` if no body was sent. */
export function sentBody(request: Request): SentBody | null {
  return sentBodies.get(request) ?? null;
}

/** Releases the stored body. */
export function forgetSentBody(request: Request): void {
  sentBodies.delete(request);
}

/** The body of a route with {@link AcceptsBody} or {@link KeepsJson}, as a parameter of its handler; `null` if no body was sent. */
export const Sent = createParamDecorator((_data: unknown, host: ExecutionContext): SentBody | null => {
  return sentBody(host.switchToHttp().getRequest<Request>());
});
