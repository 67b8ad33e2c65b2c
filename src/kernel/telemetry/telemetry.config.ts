import { configSection } from '../config/config-section';
import { oneOf, url } from '../config/variables';

export const telemetryConfig = configSection('Telemetry', {
  LOG_LEVEL: oneOf({
    words: ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'],
    default: 'info',
    description: 'Lowest level that is logged: silent, fatal, error, warn, info, debug or trace.',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: url({
    default: null,
    protocols: ['http:', 'https:'],
    description:
      'OpenTelemetry collector that receives spans. Unset: no spans. The other standard OTEL_* variables also apply.',
  }),
});
