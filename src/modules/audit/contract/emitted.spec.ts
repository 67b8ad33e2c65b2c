import { checkedMetadata, outcomeOf, parseMetadata } from './emitted';

const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

describe('metadata', () => {
  it.each([
    ['', {}],
    ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
  ])('parsed from %j is %j', (text, value) => {
    expect(parseMetadata(text)).toEqual(value);
  });

  it.each(['[]', '1', 'null', '{', '"x"', deep(33), `{"a":"${'x'.repeat(65_536)}"}`])('cannot be %.20s', (text) => {
    expect(() => parseMetadata(text)).toThrow(expect.objectContaining({ code: 'invalid_request' }));
  });

  it('can be 32 levels deep', () => {
    expect(() => checkedMetadata(JSON.parse(deep(32)))).not.toThrow();
  });
});

describe('the outcome', () => {
  it.each([
    ['', 'success'],
    ['OK', 'success'],
    ['blocked', 'denied'],
    ['revoked', 'denied'],
    ['boom', 'failure'],
  ])('for %j is %s', (word, outcome) => {
    expect(outcomeOf(word)).toBe(outcome);
  });
});
