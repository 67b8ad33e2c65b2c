import { fitted, fittedWidths } from './fit';

describe('the widths of a table', () => {
  it('stay as they are without a terminal, and if they fit', () => {
    expect(fittedWidths(['id', 'name'], [30, 200], undefined)).toEqual([30, 200]);
    expect(fittedWidths(['id', 'name'], [30, 48], 80)).toEqual([30, 48]);
  });

  it.each([
    [['id', 'name', 'email'], [30, 40, 20], 80, [30, 26, 20]],
    [['id', 'name', 'email'], [30, 40, 40], 74, [30, 20, 20]],
    [['userId', 'client_id', 'owner.id', 'text'], [30, 30, 30, 9], 60, [30, 30, 30, 6]],
    [['state', 'text'], [4, 90], 20, [4, 14]],
    [['state', 'text'], [4, 90], 1, [4, 6]],
  ])('of %j with %j in %i columns are %j', (names, widths, columns, expected) => {
    expect(fittedWidths(names, widths, columns)).toEqual(expected);
  });
});

it('shortens a cell between characters, and pads it', () => {
  expect(fitted('Grüße 👋🏽 allen', 8)).toBe('Grüße 👋…');
  expect(fitted('abc', 3)).toBe('abc');
  expect(fitted('ab', 4)).toBe('ab  ');
});
