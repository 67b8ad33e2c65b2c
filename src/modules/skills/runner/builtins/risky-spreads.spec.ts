import { riskySpreads } from './risky-spreads';

const of = (...counts: number[]) => riskySpreads(new Map(counts.map((count, index) => [`usr-${index}`, count])));

describe('the people who have far more entitlements than others', () => {
  it.each<[string, number[], number[]]>([
    ['nobody, if all people have equally many', [10, 10, 10], []],
    ['one person above twice the median', [2, 3, 3, 7], [7]],
    ['nobody at exactly twice the median', [3, 3, 6], []],
    ['nobody with few entitlements, however few the others have', [0, 0, 4], []],
    ['several people, with the highest count first', [1, 1, 1, 8, 20], [20, 8]],
    ['nobody, if there are no people', [], []],
  ])('are %s', (_name, counts, risky) => {
    expect(of(...counts).map(({ entitlementCount }) => entitlementCount)).toEqual(risky);
  });
});
