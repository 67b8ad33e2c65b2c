import { riskySpreads } from './risky-spreads';

const of = (...counts: number[]) => riskySpreads(new Map(counts.map((count, index) => [`usr-${index}`, count])));

describe('people who have far more than the others', () => {
  it.each<[string, number[], number[]]>([
    ['nobody among equals', [10, 10, 10], []],
    ['one above twice the middle', [2, 3, 3, 7], [7]],
    ['not exactly twice', [3, 3, 6], []],
    ['not few, however few the others have', [0, 0, 4], []],
    ['several, the most first', [1, 1, 1, 8, 20], [20, 8]],
    ['nobody of nobody', [], []],
  ])('are %s', (_name, counts, risky) => {
    expect(of(...counts).map(({ entitlementCount }) => entitlementCount)).toEqual(risky);
  });
});
