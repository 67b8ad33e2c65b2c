import { configSection, type ConfigOf } from '../config/config-section';
import { oneOf, url } from '../config/variables';
import { REQUEST_LOG_LEVELS } from '../http/request-logging';

export const telemetryConfig = configSection('Telemetry', {
  LOG_LEVEL: oneOf({
    words: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    description: 'Lowest level that is logged: silent, fatal, error, warn, info, debug or trace.',
  }),
  REQUEST_LOG: oneOf({
    words: REQUEST_LOG_LEVELS,
    default: 'off',
    description:
      'REST requests to log when they end: off, failed (status 400 or higher, or aborted) or all. A line has the route, the status, ' +
      'the duration, the tenant and the caller, but no path, query, header or body.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: url({
    default: null,
    protocols: ['http:', 'https:'],
    description:
      'OpenTelemetry collector that receives spans. Unset: no spans. The other standard OTEL_* variables also apply.',
  }),
});

export type TelemetryConfig = ConfigOf<typeof telemetryConfig>;
