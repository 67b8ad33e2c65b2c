import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { AppError } from '../../../kernel/errors/app-error';
import { HTTP_STATUS } from '../../../kernel/errors/error-tables';
import { httpErrorOf } from '../../../kernel/http/errors/http-error';
import { type OfrepErrorCode, TARGETING_KEY_MISSING } from './ofrep-message';

const logger = new Logger('Ofrep');

/** Converts errors of OFREP routes to OFREP's error format (rest.md §1: protocols with their own error format keep it). */
@Catch()
export class OfrepErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const error = httpErrorOf(thrown);
    const status = HTTP_STATUS[error.code];
    if (status >= 500) logger.error(error.cause ?? error);
    const { key } = http.getRequest<Request>().params;
    const response = http.getResponse<Response>();
    const retry = status === 503 ? { 'Retry-After': '1' } : {};
    response.status(status).set({ ...retry, ...error.headers });
    response.json({
      ...(typeof key === 'string' ? { key } : {}),
      errorCode: codeOf(error),
      errorDetails: error.message,
    });
  }
}

function codeOf({ code, fields }: AppError): OfrepErrorCode {
  if (code !== 'invalid_request') return 'GENERAL';
  if (fields.some((field) => field.code === TARGETING_KEY_MISSING)) return 'TARGETING_KEY_MISSING';
  // A body that is not JSON has no member that could be at fault.
  return fields.length === 0 ? 'PARSE_ERROR' : 'INVALID_CONTEXT';
}
