import { isCancelledOrExpired } from './call-deadline';

const ends = (deadline: Date | number) => ({ cancelled: false, getDeadline: () => deadline });

it.each<[string, unknown, boolean]>([
  ['whose caller waits indefinitely', ends(Number.POSITIVE_INFINITY), false],
  ['that has time left', ends(Date.now() + 60_000), false],
  ['whose deadline has passed', ends(Date.now() - 1), true],
  ['whose deadline, given as a date, has passed', ends(new Date(0)), true],
  ['that was canceled', { ...ends(Number.POSITIVE_INFINITY), cancelled: true }, true],
  ['that a test makes directly', undefined, false],
])('isCancelledOrExpired checks a call %s', (_what, call, over) => {
  expect(isCancelledOrExpired(call)).toBe(over);
});
