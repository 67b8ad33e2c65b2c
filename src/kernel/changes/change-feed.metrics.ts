import type { Provider } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';

export const AGE = 'coresdk_change_feed_age_seconds';
export const CLOCK_OFFSET = 'coresdk_clock_offset_seconds';
export const SILENCE = 'coresdk_notification_silence_seconds';

export const CHANGE_FEED_METRICS: readonly Provider[] = [
  // Guards refuse requests when it exceeds CHANGE_FEED_MAX_AGE_MS.
  makeGaugeProvider({
    name: AGE,
    help: 'Seconds since the moment up to which every committed change is known.',
  }),
  makeGaugeProvider({
    name: CLOCK_OFFSET,
    help: 'How far the clock of this process is ahead of that of the database at least; negative: behind.',
  }),
  makeGaugeProvider({
    name: SILENCE,
    help: 'Seconds since a notification of the database was sent that this process has not received; 0 when they arrive.',
  }),
];
