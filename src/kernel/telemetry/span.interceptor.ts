import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Request } from 'express';
import { finalize, type Observable, tap } from 'rxjs';

const tracer = trace.getTracer('coresdk');

/** Where the instrumentation of HTTP has written the path as it came. */
const PATH_ATTRIBUTES = ['url.path', 'url.full', 'http.target', 'http.url'];

/**
 * A span for each handler, and the route in the name of the server span around it: the instrumentation of HTTP knows
 * neither. Without tracing there is no active span, and nothing is made.
 */
@Injectable()
export class SpanInterceptor implements NestInterceptor {
  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const server = trace.getActiveSpan();
    if (!server?.isRecording()) return next.handle();
    const request = host.switchToHttp().getRequest<Request>();
    const { path } = request.route as { readonly path: string };
    server.updateName(`${request.method} ${path}`).setAttribute('http.route', path);
    // What opens something must not lie with whoever keeps the traces.
    if (path.includes(':token')) for (const name of PATH_ATTRIBUTES) server.setAttribute(name, path);
    const span = tracer.startSpan(`${host.getClass().name}.${host.getHandler().name}`);
    return next.handle().pipe(
      tap({ error: () => span.setStatus({ code: SpanStatusCode.ERROR }) }),
      finalize(() => {
        span.end();
      }),
    );
  }
}
