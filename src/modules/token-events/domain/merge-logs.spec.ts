import type { LogPosition } from '../../../kernel/log/log-position';
import { mergeLogs } from './merge-logs';

const at = (xid: number): LogPosition => ({ xid: BigInt(xid), seq: 0n, atSeconds: 0 });
const xids = (rows: readonly LogPosition[]) => rows.map(({ xid }) => Number(xid));

describe('two logs as one', () => {
  it('has the rows of both in their order', () => {
    const merged = mergeLogs({ rows: [at(1), at(5)], reached: at(9) }, { rows: [at(3)], reached: at(9) }, 10);
    expect(xids(merged.rows)).toEqual([1, 3, 5]);
    expect(merged.reached).toEqual(at(9));
  });

  it('gives nothing behind the place up to where one of them was looked at', () => {
    const merged = mergeLogs({ rows: [at(1), at(5)], reached: at(9) }, { rows: [at(3)], reached: at(3) }, 10);
    expect(xids(merged.rows)).toEqual([1, 3]);
    expect(merged.reached).toEqual(at(3));
  });

  it('stands at its last row when there is one too many', () => {
    const merged = mergeLogs({ rows: [at(1), at(5)], reached: at(5) }, { rows: [at(3)], reached: at(5) }, 2);
    expect(xids(merged.rows)).toEqual([1, 3]);
    expect(merged.reached).toEqual(at(3));
  });

  it('stands at its end when exactly all fit', () => {
    const merged = mergeLogs({ rows: [at(1)], reached: at(9) }, { rows: [], reached: at(9) }, 1);
    expect(merged.reached).toEqual(at(9));
  });
});
