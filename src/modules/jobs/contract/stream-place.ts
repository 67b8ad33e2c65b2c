import { AppError } from '../../../kernel/errors/app-error';
import { isTerminal, type Job } from './job.types';

const NUMBER = /^\d{1,10}$/;

/**
 * Parses `Last-Event-ID`, the number of the last event or log line that a reader has; `null` when the header is missing.
 * Errors: `invalid_request` for a number that was not issued here.
 */
export function lastEventId(told: string | undefined): number | null {
  if (told === undefined || told === '') return null;
  if (NUMBER.test(told)) return Number(told);
  throw new AppError('invalid_request', 'Last-Event-ID is not an id that this stream has sent.');
}

/**
 * Returns true when no further events can follow this event.
 * Errors: `invalid_request` for an event that does not exist yet.
 */
export function hasAllEvents({ state, lastEvent }: Pick<Job, 'state' | 'lastEvent'>, afterSeq: number): boolean {
  if (afterSeq > lastEvent)
    throw new AppError('invalid_request', 'Last-Event-ID is not an id that this stream has sent.');
  return isTerminal(state) && afterSeq === lastEvent;
}
