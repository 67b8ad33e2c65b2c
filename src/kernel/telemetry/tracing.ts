import type { Environment } from '../config/config-section';

/** Stops tracing and sends the collected spans. */
export type StopTracing = () => Promise<void>;

/**
 * Starts OpenTelemetry when `OTEL_EXPORTER_OTLP_ENDPOINT` is set: spans for HTTP, gRPC and SQL, with `traceparent` propagated across
 * processes. Call it before the HTTP, gRPC and SQL modules are loaded. Loads the SDK (40 MB) only if the variable is set.
 * @param serviceName the `service.name` of the spans.
 */
export function startTracing(environment: Environment, serviceName: string): StopTracing {
  if ((environment['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return () => Promise.resolve();
  /* eslint-disable @typescript-eslint/no-require-imports -- loaded only if tracing is enabled, and before the modules that it hooks */
  const { NodeSDK } = require('@opentelemetry/sdk-node') as typeof import('@opentelemetry/sdk-node');
  const { HttpInstrumentation } =
    require('@opentelemetry/instrumentation-http') as typeof import('@opentelemetry/instrumentation-http');
  const { GrpcInstrumentation } =
    require('@opentelemetry/instrumentation-grpc') as typeof import('@opentelemetry/instrumentation-grpc');
  const { PgInstrumentation } =
    require('@opentelemetry/instrumentation-pg') as typeof import('@opentelemetry/instrumentation-pg');
  /* eslint-enable @typescript-eslint/no-require-imports */
  const sdk = new NodeSDK({
    serviceName,
    instrumentations: [new HttpInstrumentation(), new GrpcInstrumentation(), new PgInstrumentation()],
  });
  sdk.start();
  return () => sdk.shutdown();
}
