import { applyDecorators, Body, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiBody, ApiConsumes, ApiExtension, whileDocumented } from '../openapi/open-api';
import { keepParameters } from '../../adapters/nest-metadata';

/** The body that a route accepts, where that is not JSON of at most 1 MiB (rest.md §1). */
export interface AcceptedBody {
  /** Media types, without parameters. */
  readonly types: readonly string[];
  /** Of the body, after its `Content-Encoding` is undone. */
  readonly limitBytes: number;
  /** Schema of the body, for the API document; left out for text and bytes. */
  readonly schema?: z.ZodType;
  /** True if the route takes a request without a body; false by default. */
  readonly isOptional?: boolean;
  /** JSON that the route takes, for the API document of one that describes no schema. */
  readonly example?: object;
  /** Another limit for bodies of `application/json`, and the words of the 413 that tell what to send instead. */
  readonly json?: { readonly limitBytes: number; readonly tooLarge: string };
}

/** A body as it came, for a route that says what it accepts. */
export interface SentBody {
  /** The one of the accepted types that it is. */
  readonly type: string;
  readonly bytes: Buffer;
}

const ACCEPTED_BODY = 'coresdk:accepted-body';
const JSON_LIMIT = 'coresdk:json-limit';
const KEEPS_JSON = 'coresdk:keeps-json';
const STREAMED_BODY = 'coresdk:streamed-body';

/** Of an operation, until `roles/openapi` has made it the example of its body. */
export const JSON_EXAMPLE = 'x-json-example';

const BINARY = ApiBody({ schema: { type: 'string', format: 'binary' } });

/**
 * Documents the body of a handler that takes it unparsed: `@nestjs/swagger` reads schemas off parameters alone. A surface that is
 * made with this parameter would refuse each body, which nobody has parsed.
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

/** Beyond the parameters of any handler. */
const UNUSED_PARAMETER = 100;

/** Says which bodies a route takes. They are read after the guards, and reach the handler unparsed by {@link Sent}. */
export function AcceptsBody(accepted: AcceptedBody): MethodDecorator {
  return applyDecorators(
    SetMetadata(ACCEPTED_BODY, accepted),
    ApiConsumes(...accepted.types),
    accepted.schema ? describedBody(accepted.schema) : BINARY,
    ...(accepted.example ? [ApiExtension(JSON_EXAMPLE, accepted.example)] : []),
  );
}

/** Returns the body that the called route accepts; `null` for the usual JSON. */
export function acceptedBody(host: ExecutionContext): AcceptedBody | null {
  return (Reflect.getMetadata(ACCEPTED_BODY, host.getHandler()) as AcceptedBody | undefined) ?? null;
}

/** Returns whether a handler that says which bodies it takes does without one. Content of any type may be empty. */
export function isBodyOptional(handler: object): boolean {
  const accepted = Reflect.getMetadata(ACCEPTED_BODY, handler) as AcceptedBody | undefined;
  const streamed = Reflect.getMetadata(STREAMED_BODY, handler) as readonly string[] | undefined;
  return accepted?.isOptional === true || streamed?.includes('*/*') === true;
}

/** Says how many bytes of JSON a route takes, where that is not 1 MiB. */
export function JsonLimit(limitBytes: number): MethodDecorator {
  return SetMetadata(JSON_LIMIT, limitBytes);
}

/** Returns the {@link JsonLimit} of the called route; `null` without it. */
export function jsonLimit(host: ExecutionContext): number | null {
  return (Reflect.getMetadata(JSON_LIMIT, host.getHandler()) as number | undefined) ?? null;
}

/** Says that a route with a parsed JSON body also wants it as it came, by {@link Sent}: a double loses digits of numbers. */
export function KeepsJson(): MethodDecorator {
  return SetMetadata(KEEPS_JSON, true);
}

/** Returns whether the called route has {@link KeepsJson}. */
export function keepsJson(host: ExecutionContext): boolean {
  return Reflect.getMetadata(KEEPS_JSON, host.getHandler()) === true;
}

/** Says that a route reads its body itself, as it comes; nothing else touches it. The handler sets the limit. */
export function StreamsBody(...types: readonly string[]): MethodDecorator {
  return applyDecorators(SetMetadata(STREAMED_BODY, types), ApiConsumes(...types), BINARY);
}

/** The media types that the route being called reads by itself; `null` without {@link StreamsBody}. */
export function streamedBody(host: ExecutionContext): readonly string[] | null {
  return (Reflect.getMetadata(STREAMED_BODY, host.getHandler()) as readonly string[] | undefined) ?? null;
}

const sentBodies = new WeakMap<Request, SentBody>();

/** Keeps what was read, until the handler asks for it. */
export function setSentBody(request: Request, body: SentBody): void {
  sentBodies.set(request, body);
}

/** Returns what was read; `null` when nothing was sent. */
export function sentBody(request: Request): SentBody | null {
  return sentBodies.get(request) ?? null;
}

/** Lets go of what was read. */
export function forgetSentBody(request: Request): void {
  sentBodies.delete(request);
}

/** The body of a route with {@link AcceptsBody} or {@link KeepsJson}, as a parameter of its handler; `null` when none was sent. */
export const Sent = createParamDecorator((_data: unknown, host: ExecutionContext): SentBody | null => {
  return sentBody(host.switchToHttp().getRequest<Request>());
});
