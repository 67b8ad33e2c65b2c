import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Request } from 'express';
import { finalize, type Observable, tap } from 'rxjs';

const tracer = trace.getTracer('coresdk');

/** Attributes in which the HTTP instrumentation stores the raw path. */
const PATH_ATTRIBUTES = ['url.path', 'url.full', 'http.target', 'http.url'];

/**
 * Adds a span for each handler, and adds the route to the name of the server span around it, because the HTTP instrumentation does not know
 * either of them. Without tracing, there is no active span, and this interceptor has no effect.
 */
@Injectable()
export class SpanInterceptor implements NestInterceptor {
  intercept(host: ExecutionContext, next: CallHandler): Observable<unknown> {
    const server = trace.getActiveSpan();
    if (!server?.isRecording()) return next.handle();
    const request = host.switchToHttp().getRequest<Request>();
    const { path } = request.route as { readonly path: string };
    server.updateName(`${request.method} ${path}`).setAttribute('http.route', path);
    // Credentials must not be stored with traces.
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
