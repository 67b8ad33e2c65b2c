import type { LogPosition } from '../../../kernel/log/log-position';

/** One read of a log: the matching events, and the position up to which the log was read. */
export interface LogRead<Row extends LogPosition> {
  readonly rows: readonly Row[];
  readonly reached: LogPosition;
  /** True if the limit ended the read before the end of the log. */
  readonly more: boolean;
  /** The tenant's last event before each event of the installation's log, indexed by the number of the installation's event. */
  readonly before: ReadonlyMap<number, Pick<LogPosition, 'number' | 'atSeconds'>>;
}

/** An event with its position in the merged log. */
export interface Placed<Row> {
  readonly row: Row;
  readonly place: LogPosition;
}

/** One merged read of two logs. */
export interface MergedRead<Row> {
  readonly events: readonly Placed<Row>[];
  readonly reached: LogPosition;
  readonly more: boolean;
}

/**
 * Merges the log of the installation into the log of a tenant. Each event of the tenant records the number of the installation's events
 * before it, so that the order and the position of each event are the same for every reader.
 * @param after the position after which both logs were read.
 * @returns at most `limit` events, and the position up to which both logs are complete.
 */
export function mergeLogs<Row extends LogPosition>(
  after: LogPosition,
  own: LogRead<Row>,
  ofAll: Pick<LogRead<Row>, 'rows' | 'reached' | 'more'>,
  limit: number,
): MergedRead<Row> {
  const common = ofAll.reached.number;
  // The tenant's log might have been read a moment later, and therefore further.
  const ownEvents = own.rows.filter((row) => row.ofAll <= common).map((row) => ({ row, place: placeOfOwn(row) }));
  const ends = own.more ? own.reached.ofAll : common;
  const others = ofAll.rows
    .filter(({ number }) => number <= ends)
    .map((row) => ({ row, place: { ...(own.before.get(row.number) ?? after), ofAll: row.number } }));
  const all = [...ownEvents, ...others].sort((left, right) => order(left.place, right.place));
  const events = all.slice(0, limit);
  const isCut = all.length > limit || ownEvents.length < own.rows.length;
  const { number, atSeconds } = own.reached;
  const end = { number, atSeconds, ofAll: Math.min(ends, common) };
  return {
    events,
    reached: isCut ? (events.at(-1)?.place ?? after) : end,
    more: isCut || own.more || ofAll.more || events.length === limit,
  };
}

const placeOfOwn = ({ number, ofAll, atSeconds }: LogPosition): LogPosition => ({ number, ofAll, atSeconds });

/** An installation event directly follows the tenant's last event before it. */
const order = (a: LogPosition, b: LogPosition): number => a.number - b.number || a.ofAll - b.ofAll;
