import type { Provider } from '@nestjs/common';
import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';

export const GRPC_SERVER_METRICS: readonly Provider[] = [
  makeGaugeProvider({
    name: 'coresdk_grpc_open_streams',
    help: 'Server streams of the sidecar that are open.',
  }),
  makeCounterProvider({
    name: 'coresdk_grpc_messages_not_taken_total',
    help: 'Requests of the sidecar that were dropped as they came: too_large, or too_much of large ones at once.',
    labelNames: ['reason'],
  }),
  makeCounterProvider({
    name: 'coresdk_tls_failed_handshakes_total',
    help: 'TLS handshakes with the sidecar that failed.',
  }),
];
