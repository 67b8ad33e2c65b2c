import { assertCondition, conditionOf, unlessKnown } from './conditions';

const NONE = { ifMatch: null, ifNoneMatch: null };

/** Makes a response that records its status and headers. */
function answer() {
  const told: Record<string, unknown> = {};
  const response = {
    setHeader: (name: string, value: unknown) => ((told[name] = value), response),
    status: (code: number) => ((told.status = code), response),
  };
  return { told, response: response as unknown as Parameters<typeof unlessKnown>[0] };
}

describe('a condition', () => {
  it('contains the conditional headers of a request, or nothing without them', () => {
    expect(conditionOf({})).toEqual(NONE);
    expect(conditionOf({ 'if-match': '"a"', 'if-none-match': '*' })).toEqual({ ifMatch: '"a"', ifNoneMatch: '*' });
  });

  it.each<[string, Partial<typeof NONE> | object, string | null, RegExp | null]>([
    ['none', {}, '"a"', null],
    ['none, for a missing resource', {}, null, null],
    ['the current tag', { ifMatch: '"b", "a"' }, '"a"', null],
    ['a different tag', { ifMatch: '"b"' }, '"a"', /^The flag is not the one that If-Match names; get it again\.$/],
    ['any tag of a missing resource', { ifMatch: '*' }, null, /^There is nothing that If-Match names/],
    ['no resource, while there is none', { ifNoneMatch: '*' }, null, null],
    ['no resource, while there is one', { ifNoneMatch: '*' }, '"a"', /^The flag is one that If-None-Match excludes\.$/],
    ['a different excluded tag', { ifNoneMatch: '"b"' }, '"a"', null],
  ])('for %s is checked against the current tag', (_what, asked, tag, refused) => {
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
