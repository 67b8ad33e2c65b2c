import { isBefore, type LogPosition } from '../../../kernel/log/log-position';

/** What was read of one log: what fits, and up to where was looked. */
export interface LogRead<Row extends LogPosition> {
  readonly rows: readonly Row[];
  readonly reached: LogPosition;
}

/**
 * Two logs as one, in their common order.
 * @returns at most `limit` rows, and up to where both have been given.
 */
export function mergeLogs<Row extends LogPosition>(a: LogRead<Row>, b: LogRead<Row>, limit: number): LogRead<Row> {
  const reached = isBefore(b.reached, a.reached) ? b.reached : a.reached;
  const rows = [...a.rows, ...b.rows].filter((row) => !isBefore(reached, row));
  rows.sort((left, right) => (isBefore(left, right) ? -1 : 1));
  const given = rows.slice(0, limit);
  const last = given.at(-1);
  return { rows: given, reached: rows.length > limit && last !== undefined ? last : reached };
}
