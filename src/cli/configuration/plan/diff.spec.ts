import { changedFields } from './diff';

it('compares only the members that the file sets', () => {
  expect(changedFields({ one: 1, two: 2 }, { one: 1 })).toEqual([]);
  expect(changedFields({ one: 1 }, { one: 2, two: [3] })).toEqual([
    { member: 'one', from: 1, to: 2 },
    { member: 'two', to: [3] },
  ]);
});

it('does not take the methods of every object for members', () => {
  const members = { constructor: true, toString: { var: 'email' } };
  expect(changedFields({}, members)).toEqual([
    { member: 'constructor', to: true },
    { member: 'toString', to: { var: 'email' } },
  ]);
});
