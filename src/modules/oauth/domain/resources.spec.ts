import { audienceOf, narrowResources, readResources } from './resources';

const A = 'https://api.example/';
const B = 'https://files.example/';
const isKnown = (resource: string): boolean => resource === A || resource === B;
const refused = expect.objectContaining({ code: 'invalid_target' });

describe('the resources that a request names (RFC 8707)', () => {
  it('are deduplicated, in order', () => {
    expect(readResources([B, A, B], isKnown)).toEqual([B, A]);
    expect(readResources([], isKnown)).toEqual([]);
  });

  it.each(['https://other.example/', 'https://api.example'])('cannot include %s, which is unknown here', (resource) => {
    expect(() => readResources([A, resource], isKnown)).toThrow(refused);
  });

  it.each([`${A}#x`, `${A}#`, '/api', 'api', ''])(
    'cannot include %j, which is not an absolute URI without a fragment',
    (resource) => {
      expect(() => readResources([A, resource], () => true)).toThrow(refused);
    },
  );

  it('are limited to ten', () => {
    const many = Array.from({ length: 11 }, (_, index) => `${A}${index}`);
    expect(() => readResources(many, () => true)).toThrow(refused);
    expect(readResources(many.slice(1), () => true)).toHaveLength(10);
  });
});

describe('the audience of a token (RFC 9068 §3)', () => {
  it.each([
    [[], 'https://id.example'],
    [[A], A],
    [
      [B, A],
      [B, A],
    ],
  ])('for the resources %j is %j', (resources, audience) => {
    expect(audienceOf(resources, 'https://id.example')).toEqual(audience);
  });
});

describe('the resources of a narrower request', () => {
  it('are all granted resources by default, or the named subset', () => {
    expect(narrowResources([], [A, B])).toEqual([A, B]);
    expect(narrowResources([B, B], [A, B])).toEqual([B]);
  });

  it('never include a resource that was not granted, even together with a granted one', () => {
    expect(() => narrowResources([B], [A])).toThrow(refused);
    expect(() => narrowResources([A, B], [A])).toThrow(refused);
    expect(() => narrowResources([A], [])).toThrow(refused);
  });
});
