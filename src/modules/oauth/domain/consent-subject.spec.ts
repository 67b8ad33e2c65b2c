import { nameOfSubject } from './consent-subject';

describe('the name of a consent subject', () => {
  const name = nameOfSubject({ scopes: ['a', 'b'], resources: ['https://x.example', 'https://z.example'] });

  it('does not depend on order', () => {
    expect(nameOfSubject({ scopes: ['b', 'a'], resources: ['https://z.example', 'https://x.example'] })).toBe(name);
  });

  it.each([
    ['an additional scope', { scopes: ['a', 'b', 'c'], resources: ['https://x.example', 'https://z.example'] }],
    ['a missing scope', { scopes: ['a'], resources: ['https://x.example', 'https://z.example'] }],
    ['a different resource', { scopes: ['a', 'b'], resources: ['https://x.example', 'https://y.example'] }],
    ['a missing resource', { scopes: ['a', 'b'], resources: ['https://x.example'] }],
    ['resources instead of scopes', { scopes: ['a', 'b', 'https://x.example', 'https://z.example'], resources: [] }],
    ['two scopes joined into one', { scopes: ['a b'], resources: ['https://x.example', 'https://z.example'] }],
  ])('differs for %s', (_, subject) => {
    expect(nameOfSubject(subject)).not.toBe(name);
  });
});
