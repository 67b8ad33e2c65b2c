import type { Provider } from '@nestjs/common';
import { makeHistogramProvider } from '@willsoto/nestjs-prometheus';
import type { Histogram } from 'prom-client';

export const HTTP_DURATION = 'coresdk_http_request_duration_seconds';

/** The duration of each REST request, from the first byte received to the last byte sent. */
export type HttpDuration = Histogram<'surface' | 'method' | 'status'>;

export const HTTP_METRICS: readonly Provider[] = [
  makeHistogramProvider({
    name: HTTP_DURATION,
    help: 'Duration of REST requests by surface, method and status.',
    labelNames: ['surface', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
  }),
];
