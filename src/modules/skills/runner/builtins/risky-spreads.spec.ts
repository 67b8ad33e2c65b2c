import { riskySpreads } from './risky-spreads';

const of = (...counts: number[]) => riskySpreads(new Map(counts.map((count, index) => [`usr-${index}`, count])));

describe('the people who have far more entitlements than others', () => {
  it.each<[string, number[], number[]]>([
    ['no one if all people have the same number', [10, 10, 10], []],
    ['a person with more than twice the median', [2, 3, 3, 7], [7]],
    ['no one with exactly twice the median', [3, 3, 6], []],
    ['no one with few entitlements, regardless of how few the others have', [0, 0, 4], []],
    ['several people, starting with the highest count', [1, 1, 1, 8, 20], [20, 8]],
    ['no one if there are no people', [], []],
  ])('include %s', (_name, counts, risky) => {
    expect(of(...counts).map(({ entitlementCount }) => entitlementCount)).toEqual(risky);
  });
});
