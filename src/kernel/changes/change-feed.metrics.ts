import type { Provider } from '@nestjs/common';
import { makeGaugeProvider } from '@willsoto/nestjs-prometheus';

export const AGE = 'coresdk_change_feed_age_seconds';
export const CLOCK_OFFSET = 'coresdk_clock_offset_seconds';
export const SILENCE = 'coresdk_notification_silence_seconds';

export const CHANGE_FEED_METRICS: readonly Provider[] = [
  // Guards refuse requests when it exceeds CHANGE_FEED_MAX_AGE_MS.
  makeGaugeProvider({
    name: AGE,
    help: 'Seconds since the time up to which this process has received every committed change.',
  }),
  makeGaugeProvider({
    name: CLOCK_OFFSET,
    help: 'Minimum lead of the clock of this process over the database clock; negative if it is behind.',
  }),
  makeGaugeProvider({
    name: SILENCE,
    help: 'Age of the oldest database notification that this process has not received, in seconds; 0 if none is missing.',
  }),
];
