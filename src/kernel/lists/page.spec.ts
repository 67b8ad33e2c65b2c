import { pageQuery } from './page';

describe('the query of a list', () => {
  it('has a default limit of 50 and accepts numbers as text', () => {
    expect(pageQuery.parse({})).toEqual({ limit: 50 });
    expect(pageQuery.parse({ limit: '500', cursor: 'x' })).toEqual({ limit: 500, cursor: 'x' });
  });

  it.each([
    { limit: '0' },
    { limit: '501' },
    { limit: '1.5' },
    { limit: '-1' },
    { limit: '' },
    { limit: 'ten' },
    { limit: ['1', '2'] },
    { cursor: 'x'.repeat(513) },
    { offset: '1' },
  ])('refuses %j', (query) => {
    expect(pageQuery.safeParse(query).success).toBe(false);
  });
});
