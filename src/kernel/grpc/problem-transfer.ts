import { z } from 'zod';
import { AppError, toAppError } from '../errors/app-error';
import { isOutage } from '../errors/reason';
import { type ErrorCode, HTTP_STATUS } from '../errors/error-tables';
import type { ProblemDetail } from './generated/coresdk/v1/common';
import { problemOf, REASON } from './problem';

/** Key in `ProblemDetail.extensions` for the errors of individual members, as JSON. */
const FIELDS = 'fields';
/** Key for the error's code, for errors whose reason is more specific. */
const CODE = 'code';
const fieldErrors = z.array(z.looseObject({ pointer: z.string(), code: z.string(), message: z.string() }));

/** Returns an error in the form that responses in the internal protocol contain, so that errors from a port reach the other process. */
export function toProblemDetail(thrown: unknown): ProblemDetail {
  const error = toAppError(thrown);
  const problem = problemOf(error);
  const fields = error.fields.length === 0 ? {} : { [FIELDS]: JSON.stringify(error.fields) };
  return { ...problem, extensions: { ...problem.extensions, [CODE]: error.code, ...fields } };
}

/** Throws the error that a response contains, if any. */
export function throwProblem(problem: ProblemDetail | null | undefined): void {
  if (!problem) return;
  const { [REASON]: reason = '', [CODE]: word = reason, [FIELDS]: fields } = problem.extensions;
  const code: ErrorCode = isErrorCode(word) ? word : 'internal';
  throw new AppError(code, problem.detail, {
    ...(isOutage(reason) ? { reason } : {}),
    ...(fields === undefined ? {} : { fields: fieldErrors.parse(JSON.parse(fields)) }),
  });
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(HTTP_STATUS, text);
}
