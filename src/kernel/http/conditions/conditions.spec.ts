import { assertCondition, conditionOf, unlessKnown } from './conditions';

const NONE = { ifMatch: null, ifNoneMatch: null };

/** Creates a response that records its status and headers. */
function answer() {
  const told: Record<string, unknown> = {};
  const response = {
    setHeader: (name: string, value: unknown) => ((told[name] = value), response),
    status: (code: number) => ((told.status = code), response),
  };
  return { told, response: response as unknown as Parameters<typeof unlessKnown>[0] };
}

describe('a condition', () => {
  it('contains the conditional headers of a request, and is empty if there are none', () => {
    expect(conditionOf({})).toEqual(NONE);
    expect(conditionOf({ 'if-match': '"a"', 'if-none-match': '*' })).toEqual({ ifMatch: '"a"', ifNoneMatch: '*' });
  });

  it.each<[string, Partial<typeof NONE> | object, string | null, RegExp | null]>([
    ['absent', {}, '"a"', null],
    ['absent, and no resource', {}, null, null],
    ['the current tag', { ifMatch: '"b", "a"' }, '"a"', null],
    ['another tag', { ifMatch: '"b"' }, '"a"', /^The flag is not the version that If-Match names; read it again\.$/],
    ['any tag of a missing resource', { ifMatch: '*' }, null, /^No resource exists that If-Match names/],
    ['no tag of a missing resource', { ifNoneMatch: '*' }, null, null],
    [
      'no tag of an existing resource',
      { ifNoneMatch: '*' },
      '"a"',
      /^The flag has a version that If-None-Match excludes\.$/,
    ],
    ['a tag other than the current one', { ifNoneMatch: '"b"' }, '"a"', null],
  ])('(%s) is checked against the current tag', (_what, asked, tag, refused) => {
    const hold = (): void => assertCondition({ ...NONE, ...asked }, tag, 'The flag');
    if (refused === null) expect(hold).not.toThrow();
    else
      expect(hold).toThrow(
        expect.objectContaining({ code: 'precondition_failed', message: expect.stringMatching(refused) }),
      );
  });
});

describe('a response', () => {
  it.each([
    ['no condition', {}, {}, 'body'],
    ['a different tag', { 'if-none-match': '"b"' }, {}, 'body'],
    ['its own tag, weak or not', { 'if-none-match': 'W/"a"' }, { status: 304 }, undefined],
  ])('to a request with %s is cacheable only by the caller, with revalidation', (_what, headers, expected, body) => {
    const { told, response } = answer();
    expect(unlessKnown(response, headers, '"a"', 'body')).toBe(body);
    expect(told).toEqual({ ETag: '"a"', 'Cache-Control': 'private, no-cache', ...expected });
  });
});
