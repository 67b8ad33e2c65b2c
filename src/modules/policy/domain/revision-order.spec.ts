import { isOlderRevision } from './revision-order';

describe('an older revision', () => {
  it.each([
    ['1', '2'],
    ['9', '10'],
    ['99999999999999999998', '99999999999999999999'],
    ['1.9.0', '1.10.0'],
    ['v1.2.3', 'v1.2.4'],
    ['1.0.0-alpha', '1.0.0'],
    ['1.0.0-alpha.2', '1.0.0-alpha.10'],
    ['1.0.0-alpha', '1.0.0-alpha.1'],
    ['1.0.0-1', '1.0.0-alpha'],
    ['1.0.0-alpha', '1.0.0-beta+build'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'],
    ['2026-01-01T01:00:00+02:00', '2026-01-01T00:00:00Z'],
  ])('%s is older than %s, but not the other way around', (older, newer) => {
    expect(isOlderRevision(older, newer)).toBe(true);
    expect(isOlderRevision(newer, older)).toBe(false);
  });

  it.each([
    ['4f2a9c1', '9b1e00d'],
    ['1', 'v2.0.0'],
    ['', '2'],
    ['1', ''],
    ['7', '7'],
    ['1.0.0', '1.0.0+build'],
    ['main', 'release'],
  ])('%j and %j have no order', (a, b) => {
    expect(isOlderRevision(a, b)).toBe(false);
    expect(isOlderRevision(b, a)).toBe(false);
  });
});
