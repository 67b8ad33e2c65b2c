import type { LogPosition } from '../../../kernel/log/log-position';
import { type LogRead, mergeLogs, type MergedRead } from './merge-logs';

type Read = LogRead<LogPosition>;

/**
 * Returns the result of reading the tenant's events. Each row contains an event's number, and the number of installation events before it.
 */
const own = (rows: readonly (readonly [number, number])[], end: readonly [number, number], more = false): Read => ({
  rows: rows.map(([number, ofAll]) => ({ number, ofAll, atSeconds: 0 })),
  reached: { number: end[0], ofAll: end[1], atSeconds: 0 },
  more,
  before: new Map(
    [1, 2, 3].flatMap((of) => {
      const last = rows.findLast(([, ofAll]) => ofAll < of);
      return last ? [[of, { number: last[0], atSeconds: 0 }] as const] : [];
    }),
  ),
});

const ofAll = (numbers: readonly number[], end: number, more = false) => ({
  rows: numbers.map((number) => ({ number, ofAll: 0, atSeconds: 0 })),
  reached: { number: end, ofAll: 0, atSeconds: 0 },
  more,
});

const AFTER: LogPosition = { number: 4, ofAll: 0, atSeconds: 7 };
const NONE = own([], [4, 0]);
const places = ({ events, reached }: MergedRead<LogPosition>) => [
  events.map(({ place: { number, ofAll: of } }) => [number, of]),
  [reached.number, reached.ofAll],
];

describe('the installation’s log, merged into a tenant’s log', () => {
  it('places each event before the first tenant event that counts it', () => {
    const read = own(
      [
        [5, 0],
        [6, 1],
        [7, 3],
      ],
      [7, 3],
    );
    expect(places(mergeLogs(AFTER, read, ofAll([1, 2, 3], 3), 10))).toEqual([
      [
        [5, 0],
        [5, 1],
        [6, 1],
        [6, 2],
        [6, 3],
        [7, 3],
      ],
      [7, 3],
    ]);
  });

  it('resumes after any event as if it had not stopped', () => {
    const rows = [
      [5, 0],
      [6, 1],
      [7, 3],
    ] as const;
    const whole = mergeLogs(AFTER, own(rows, [7, 3]), ofAll([1, 2, 3], 3), 10).events;
    for (const [index, { place }] of whole.entries()) {
      const rest = rows.filter(([number]) => number > place.number);
      const others = [1, 2, 3].filter((number) => number > place.ofAll);
      const later = mergeLogs(place, own(rest, [7, 3]), ofAll(others, 3), 10).events;
      expect(later).toEqual(whole.slice(index + 1));
    }
  });

  it('is read at the reader’s position when the tenant has no new events', () => {
    const { events, reached, more } = mergeLogs(AFTER, NONE, ofAll([1], 1), 10);
    expect(events.map(({ place }) => place)).toEqual([{ number: 4, ofAll: 1, atSeconds: 7 }]);
    expect([reached.number, reached.ofAll, more]).toEqual([4, 1, false]);
  });

  it('waits until both logs have been read far enough', () => {
    expect(places(mergeLogs(AFTER, own([[5, 0]], [5, 0], true), ofAll([1], 1), 10))).toEqual([[[5, 0]], [5, 0]]);
    const cut = mergeLogs(
      AFTER,
      own(
        [
          [5, 0],
          [6, 2],
        ],
        [6, 2],
      ),
      ofAll([1], 1, true),
      10,
    );
    expect([places(cut), cut.more]).toEqual([
      [
        [
          [5, 0],
          [5, 1],
        ],
        [5, 1],
      ],
      true,
    ]);
  });

  it('stops at the last event that fits if there is one event too many, and at the end if all events fit exactly', () => {
    const read = own([[5, 0]], [5, 0]);
    expect(places(mergeLogs(AFTER, read, ofAll([1], 1), 1))).toEqual([[[5, 0]], [5, 0]]);
    expect(places(mergeLogs(AFTER, read, ofAll([], 0), 1))).toEqual([[[5, 0]], [5, 0]]);
  });
});
