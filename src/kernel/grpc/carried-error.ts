import { z } from 'zod';
import { AppError, type ErrorCode, toAppError } from '../errors/app-error';
import { HTTP_STATUS } from '../errors/error-tables';
import type { ProblemDetail } from './generated/coresdk/v1/common';
import { problemOf, REASON } from './problem';

/** Key in `ProblemDetail.extensions` of the faults of single members, as JSON. */
const FIELDS = 'fields';
const fieldErrors = z.array(z.looseObject({ pointer: z.string(), code: z.string(), message: z.string() }));

/** An error as an answer of the internal protocol carries it: what a port promises arrives on the other side. */
export function carriedError(thrown: unknown): ProblemDetail {
  const error = toAppError(thrown);
  const problem = problemOf(error);
  if (error.fields.length === 0) return problem;
  return { ...problem, extensions: { ...problem.extensions, [FIELDS]: JSON.stringify(error.fields) } };
}

/** Throws the error that an answer carries, if it does. */
export function throwCarried(problem: ProblemDetail | null | undefined): void {
  if (!problem) return;
  const reason = problem.extensions[REASON] ?? '';
  const code: ErrorCode = isErrorCode(reason) ? reason : 'internal';
  const fields = problem.extensions[FIELDS];
  throw new AppError(
    code,
    problem.detail,
    fields === undefined ? {} : { fields: fieldErrors.parse(JSON.parse(fields)) },
  );
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(HTTP_STATUS, text);
}
