import type { Provider } from '@nestjs/common';
import { getToken } from '@willsoto/nestjs-prometheus';
import type { Gauge } from 'prom-client';
import { ChangeFeed, type ChangeFeedOptions } from './change-feed';
import { ChangesIndicator, ClockIndicator } from './changes.indicators';
import { AGE, CHANGE_FEED_METRICS, CLOCK_OFFSET, SILENCE } from './change-feed.metrics';

/** The change feed of a process, its metrics and its readiness. */
export function changeFeedProviders(options: ChangeFeedOptions): readonly Provider[] {
  const useFactory = (age: Gauge, clockOffset: Gauge, silence: Gauge): ChangeFeed =>
    new ChangeFeed({ ...options, metrics: { age, clockOffset, silence } });
  return [
    ...CHANGE_FEED_METRICS,
    { provide: ChangeFeed, inject: [AGE, CLOCK_OFFSET, SILENCE].map(getToken), useFactory },
    ChangesIndicator,
    ClockIndicator,
  ];
}
