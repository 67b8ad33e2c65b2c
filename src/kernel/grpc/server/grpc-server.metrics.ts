import type { Provider } from '@nestjs/common';
import { makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';

export const GRPC_SERVER_METRICS: readonly Provider[] = [
  makeGaugeProvider({
    name: 'coresdk_grpc_open_streams',
    help: 'Open server streams of the sidecar.',
  }),
  makeCounterProvider({
    name: 'coresdk_grpc_messages_not_taken_total',
    help: 'Requests that the sidecar dropped on arrival: too_large, or too_much if too many large requests arrived together.',
    labelNames: ['reason'],
  }),
  makeCounterProvider({
    name: 'coresdk_tls_failed_handshakes_total',
    help: 'TLS handshakes with the sidecar that failed.',
  }),
];
