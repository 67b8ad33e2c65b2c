import { plainInteger } from './plain-integer';

describe('plainInteger', () => {
  it.each([
    ['4111111111111111e0', '4111111111111111'],
    ['4.111111111111111e15', '4111111111111111'],
    ['41111111111111110e-1', '4111111111111111'],
    ['0.4111111111111111E+16', '4111111111111111'],
    ['-4111111111111111.00', '-4111111111111111'],
    ['12e3', '12000'],
    ['0.5', null],
    ['4111111111111111e-1', null],
    ['0e5', null],
    ['0.000', null],
    ['1e1000000000', null],
    ['1e99999999999999999999', null],
  ])('%s is %s', (number, plain) => {
    expect(plainInteger(number)).toBe(plain);
  });

  it('accepts a number of a million digits', () => {
    const zeros = '0'.repeat(1_000_000);
    expect(plainInteger(`12${zeros}e-1000000`)).toBe('12');
    expect(plainInteger(`0.${zeros}12e1000002`)).toBe('12');
  });
});
