import { expectedVersions, versionTag } from './versions';

describe('If-Match', () => {
  it.each<[string | undefined, readonly number[] | null]>([
    [undefined, null],
    ['*', null],
    [' * ', null],
    [versionTag(7), [7]],
    ['"1", "22" ,"333"', [1, 22, 333]],
    // Strong comparison: a weak tag never matches (RFC 9110 §13.1.1).
    ['W/"7"', []],
    ['W/"7", "8"', [8]],
    ['"abc"', []],
    // Defaults that nobody has changed.
    ['"0"', [0]],
    ['"-1"', []],
    ['"1.5"', []],
    ['"07"', []],
    ['"99999999999"', []],
    ['7', []],
    ['', []],
  ])('%j names the versions %j', (header, versions) => {
    expect(expectedVersions(header)).toEqual(versions);
  });

  it('with more than 100 tags is refused', () => {
    const many = Array.from({ length: 101 }, (_, index) => versionTag(index + 1)).join(',');
    expect(() => expectedVersions(many)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });
});
