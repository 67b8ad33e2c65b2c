import { Metadata } from '@grpc/grpc-js';
import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import { toAppError } from '../errors/app-error';
import { GRPC_STATUS, HTTP_STATUS } from '../errors/error-tables';
import type { Logger } from '../telemetry/logger';
import { REASON_METADATA } from './refusal-metadata';

/**
 * Maps the errors of RPCs that do not make decisions (streams, jobs, secrets) to a gRPC status with a short ASCII message, and the reason
 * in a trailer.
 */
@Catch()
export class GrpcErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(thrown: unknown, _host: ArgumentsHost): Observable<never> {
    const error = toAppError(thrown);
    if (HTTP_STATUS[error.code] >= 500) this.logger.error({ err: error.cause ?? error }, error.message);
    const metadata = new Metadata();
    metadata.set(REASON_METADATA, error.reason ?? error.code);
    return throwError(() => ({ code: GRPC_STATUS[error.code], details: error.message, metadata }));
  }
}
