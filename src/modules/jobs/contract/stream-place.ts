import { AppError } from '../../../kernel/errors/app-error';
import { isTerminal, type Job } from './job.types';

const NUMBER = /^\d{1,10}$/;

/**
 * The number that a reader of a stream has last, of an event or a line of a log, as `Last-Event-ID` tells it; `null` when it
 * tells none. Errors: `invalid_request` for what is none of ours.
 */
export function lastEventId(told: string | undefined): number | null {
  if (told === undefined || told === '') return null;
  if (NUMBER.test(told)) return Number(told);
  throw new AppError('invalid_request', 'Last-Event-ID is none that this stream has sent.');
}

/**
 * Whether somebody who has the events to this one has all there will be.
 * Errors: `invalid_request` for one that has not been yet.
 */
export function hasAllEvents({ state, lastEvent }: Pick<Job, 'state' | 'lastEvent'>, afterSeq: number): boolean {
  if (afterSeq > lastEvent) throw new AppError('invalid_request', 'Last-Event-ID is none that this stream has sent.');
  return isTerminal(state) && afterSeq === lastEvent;
}
