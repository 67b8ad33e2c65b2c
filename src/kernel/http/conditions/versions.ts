import {
  applyDecorators,
  type CallHandler,
  createParamDecorator,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { map, type Observable } from 'rxjs';
import { AppError } from '../../errors/app-error';
import { ConditionDocs } from '../openapi/api-docs';
import { unlessKnown } from './conditions';
import { matchedTags } from './entity-tag';

/**
 * A list of versions, one of which must be current for a write to succeed; `null` allows any version, and an empty list allows none. The
 * write compares them in its own UPDATE (`version = ANY ($n)`), so that no other write can happen in between.
 */
export type ExpectedVersions = readonly number[] | null;

/** Returns the entity tag for a version of a resource. The first stored version is 1; 0 stands for defaults that were never changed. */
export function versionTag(version: number): string {
  return `"${version}"`;
}

/** The versions that `If-Match` names (RFC 9110 §13.1.1), as a handler parameter. `*` requires only that the resource exists. */
export const IfMatch = createParamDecorator((_data: unknown, host: ExecutionContext): ExpectedVersions => {
  return expectedVersions(host.switchToHttp().getRequest<Request>().headers['if-match']);
});

/** See {@link IfMatch}. Errors: `invalid_request` for more than 100 tags or 8 KiB. */
export function expectedVersions(header: string | undefined): ExpectedVersions {
  if (header === undefined) return null;
  const tags = matchedTags(header);
  if (tags === '*') return null;
  // A tag in a different format does not belong to any version.
  return tags.flatMap((tag) => (/^"(?:0|[1-9]\d{0,8})"$/.test(tag) ? [Number(tag.slice(1, -1))] : []));
}

/** Returns the error for a write whose `If-Match` does not name the current version. */
export function changedMeanwhile(): AppError {
  return new AppError(
    'precondition_failed',
    'The resource has changed since you read it. Read it again, then repeat your change.',
  );
}

/**
 * Sets the `ETag` of a response that has a `version`. Responds with 304 to a GET if the caller already has that version (RFC 9110 §13.1.2).
 */
@Injectable()
class VersionTagInterceptor implements NestInterceptor {
  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = host.switchToHttp();
    return next
      .handle()
      .pipe(map((answer) => tagged(http.getRequest<Request>(), http.getResponse<Response>(), answer)));
  }
}

function tagged(request: Request, response: Response, answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('version' in answer) || typeof answer.version !== 'number') {
    throw new Error('The response of a @Versioned route has no version.');
  }
  const tag = versionTag(answer.version);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return unlessKnown(response, isRead ? request.headers : {}, tag, answer);
}

/**
 * Marks a route that returns one resource, whose `version` counts its changes: sets `ETag`, and evaluates `If-None-Match`.
 * @param condition the condition that the route evaluates, for its documentation; a write reads `If-Match` with {@link IfMatch}.
 */
export function Versioned(condition?: 'If-Match' | 'If-None-Match'): MethodDecorator {
  return applyDecorators(
    UseInterceptors(VersionTagInterceptor),
    ...(condition === undefined ? [] : [ConditionDocs(condition)]),
  );
}
