import { placeAfter, placeOf, snapshotOf, versionOf } from './config-state';

const config = (version: number, entries: Record<string, string>, createdAtMs: number) => ({
  version,
  entries,
  createdAtMs,
});

describe('the configuration of a tenant', () => {
  it('overrides the defaults with its own values, and has the later of the two times', () => {
    const defaults = config(2, { a: 'default', b: 'default' }, 2_000);
    const own = config(1, { b: 'own', c: 'own' }, 1_000);
    expect(snapshotOf({ defaults, own })).toEqual({
      version: '3.2',
      values: { a: 'default', b: 'own', c: 'own' },
      updatedAtMs: 2_000,
    });
  });

  it.each([
    { defaults: 0, own: 0 },
    { defaults: 3, own: 0 },
    { defaults: 0, own: 12 },
    { defaults: 7, own: 9 },
  ])('has a version that encodes its position: %j', (place) => {
    expect(placeOf(versionOf(place))).toEqual(place);
  });

  it.each(['', '1', '1.2', 'x', '01.0', '1.00', '-1.0', '1.0 ', '9999999999.0', '1.0.0', '1e3.0'])(
    'rejects the version %j',
    (version) => {
      expect(placeOf(version)).toBeNull();
    },
  );
});

describe('the next position', () => {
  const last = { defaults: 2, own: 5 };

  it.each<[string, Parameters<typeof placeAfter>[1], ReturnType<typeof placeAfter>]>([
    ['nothing', { own: null, defaults: null }, null],
    ['a tenant version', { own: { version: 6, defaultsVersion: 2 }, defaults: null }, { defaults: 2, own: 6 }],
    ['defaults', { own: null, defaults: { version: 3 } }, { defaults: 3, own: 5 }],
    [
      'a tenant version before the defaults',
      { own: { version: 6, defaultsVersion: 2 }, defaults: { version: 3 } },
      { defaults: 2, own: 6 },
    ],
    [
      'defaults before a tenant version',
      { own: { version: 6, defaultsVersion: 3 }, defaults: { version: 3 } },
      { defaults: 3, own: 5 },
    ],
    ['tenant versions that are no longer kept', { own: { version: 8, defaultsVersion: 2 }, defaults: null }, 'present'],
    ['defaults that are no longer kept', { own: null, defaults: { version: 9 } }, 'present'],
    // A tenant that was imported from an installation with more versions of the defaults.
    [
      'a tenant version whose defaults are from another installation',
      { own: { version: 6, defaultsVersion: 40 }, defaults: null },
      { defaults: 2, own: 6 },
    ],
  ])('is correct after %s', (_name, successors, place) => {
    expect(placeAfter(last, successors)).toEqual(place);
  });
});
