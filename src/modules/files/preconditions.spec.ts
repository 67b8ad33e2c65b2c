import type { Conditions } from './contract/files.port';
import type { Validators } from './domain/file-tag';
import { assertWritable, evaluate, rangeHolds } from './preconditions';

const NOW = Date.UTC(2026, 10, 27, 12, 0, 0);
const current: Validators = { etag: '"current"', lastModifiedMs: NOW - 60_000 + 123 };
const at = (ms: number): string => new Date(ms).toUTCString();
const same = at(current.lastModifiedMs);
const before = at(current.lastModifiedMs - 5_000);
const after = at(current.lastModifiedMs + 5_000);

describe('conditions, in the order of RFC 9110 §13.2.2', () => {
  it.each<[Conditions, 'go on' | 'not modified' | 'failed', 'go on' | 'failed']>([
    [{}, 'go on', 'go on'],
    [{ ifMatch: '"current"' }, 'go on', 'go on'],
    [{ ifMatch: 'W/"current"' }, 'failed', 'failed'],
    [{ ifMatch: '*' }, 'go on', 'go on'],
    [{ ifMatch: '"other"' }, 'failed', 'failed'],
    [{ ifUnmodifiedSince: same }, 'go on', 'go on'],
    [{ ifUnmodifiedSince: before }, 'failed', 'failed'],
    [{ ifMatch: '"current"', ifUnmodifiedSince: before }, 'go on', 'go on'],
    [{ ifNoneMatch: '"current"' }, 'not modified', 'failed'],
    [{ ifNoneMatch: '*' }, 'not modified', 'failed'],
    [{ ifNoneMatch: '"other"' }, 'go on', 'go on'],
    [{ ifModifiedSince: same }, 'not modified', 'go on'],
    [{ ifModifiedSince: before }, 'go on', 'go on'],
    [{ ifNoneMatch: '"other"', ifModifiedSince: after }, 'go on', 'go on'],
    [{ ifMatch: '"other"', ifNoneMatch: '"current"' }, 'failed', 'failed'],
    [{ ifModifiedSince: 'soon', ifUnmodifiedSince: '1' }, 'go on', 'go on'],
  ])('%j', (conditions, read, write) => {
    expect(evaluate(conditions, current, 'read')).toBe(read);
    expect(evaluate(conditions, current, 'write')).toBe(write);
  });

  it('fail with If-Match, and hold with If-None-Match: *, for a missing file', () => {
    expect(evaluate({ ifMatch: '*' }, null, 'write')).toBe('failed');
    expect(evaluate({ ifNoneMatch: '*' }, null, 'write')).toBe('go on');
    expect(evaluate({ ifUnmodifiedSince: before }, null, 'write')).toBe('go on');
    expect(() => {
      assertWritable({ ifMatch: '"x"' }, null);
    }).toThrow(expect.objectContaining({ code: 'precondition_failed' }));
  });
});

describe('If-Range', () => {
  it('holds for the same strong tag, and for a date that is old enough to identify one version', () => {
    expect(rangeHolds(undefined, current, NOW)).toBe(true);
    expect(rangeHolds('"current"', current, NOW)).toBe(true);
    expect(rangeHolds('W/"current"', current, NOW)).toBe(false);
    expect(rangeHolds('"other"', current, NOW)).toBe(false);
    expect(rangeHolds(same, current, NOW)).toBe(true);
    expect(rangeHolds(after, current, NOW)).toBe(false);
    expect(rangeHolds(same, current, current.lastModifiedMs + 500)).toBe(false);
  });
});
