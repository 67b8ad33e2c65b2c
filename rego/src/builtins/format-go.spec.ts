import { LimitExceeded } from '../errors.js';
import { fromJson } from '../values/json.js';
import { callBuiltin, testContext } from './call-builtin.js';

function sprintf(format: string, ...args: readonly unknown[]): unknown {
  return callBuiltin('sprintf', [format, fromJson(args)]);
}

it.each<[format: string, args: readonly unknown[], expected: string]>([
  ['%s %d %v', ['a', 1, [1, 'x', null]], 'a 1 [1, "x", null]'],
  ['%d', ['hi'], '%!d(string=hi)'],
  ['%s', [5], '%!s(int=5)'],
  ['%d', [1.5], '%!d(float64=1.5)'],
  ['%t', [true], '%!t(string=true)'],
  ['%v %v', [1], '1 %!v(MISSING)'],
  ['x', [1, 'a', 2.5], 'x%!(EXTRA int=1, string=a, float64=2.5)'],
  ['%', [], '%!(NOVERB)'],
  ['100%%', [], '100%'],
  ['%z', [1], '%!z(int=1)'],
  ['%5d|%-5d|%05d|%+d|% d', [1, 2, 3, 4, 5], '    1|2    |00003|+4| 5'],
  ['%06d', [-42], '-00042'],
  ['%x %X %o %b %#x %#o %O', [255, 255, 8, 5, 255, 8, 8], 'ff FF 10 101 0xff 010 0o10'],
  ['%c %q %U %#U', [65, 65, 0x1f600, 65], "A 'A' U+1F600 U+0041 'A'"],
  ['%.5d|%8.3d', [42, 7], '00042|     007'],
  ['%d', [1e21], '1000000000000000000000'],
  ['%q', [1e21], '%!q(big.Int=1000000000000000000000)'],
  ['%e %.2e %E', [1.5, 12345.678, 0.00012], '1.500000e+00 1.23e+04 1.200000E-04'],
  ['%f %.0f %.0f %.3f', [2.5, 2.5, 3.5, 2.0005], '2.500000 2 4 2.001'],
  ['%8.2f|%-8.2f|%08.2f|%+.1f', [3.14159, 2.5, -3.14159, 2.5], '    3.14|2.50    |-0003.14|+2.5'],
  ['%v %v %v %v', [1234567.25, 0.00001234, 1e-7, 123456.5], '1.23456725e+06 1.234e-05 1e-07 123456.5'],
  ['%g %.3g %.10g %G', [100000.5, 1234.5678, 1234.5678, 1e-10], '100000.5 1.23e+03 1234.5678 1E-10'],
  ['%x %.3x %b', [1.5, 1.1, 1.5], '0x1.8p+00 0x1.19ap+00 6755399441055744p-52'],
  ['%T %T %T %T', [1, 1.5, 'a', [1]], 'int float64 string string'],
  ['%x|% x|%#x|% X', ['hi', 'hi', 'hi', 'hi'], '6869|68 69|0x6869|68 69'],
  ['%q %+q %#q', ['a"é', 'é', 'a"b'], '"a\\"é" "\\u00e9" `a"b`'],
  ['%5s|%-5s|%.2s|%5.1s', ['é', 'ab', '😀bc', 'xyz'], '    é|ab   |😀b|    x'],
  ['%[2]d %[1]d', [1, 2], '2 1'],
  ['%[3]d', [1], '%!d(BADINDEX)'],
  ['%[x]d', [1], '%!d(BADINDEX)'],
  ['%*d|%-*d|%.*f', [5, 42, 4, 7, 2, 3.14159], '   42|7   |3.14'],
  ['%*d', ['a', 42], '%!(BADWIDTH)42'],
  ['%99999999d', [3], '%!(NOVERB)%!(EXTRA int=3)'],
])('%j with %j', (format, args, expected) => {
  expect(sprintf(format, ...args)).toBe(expected);
});

it('charges for padding before it allocates it', () => {
  const format = '%999999d'.repeat(1_000);
  const args = fromJson(Array.from({ length: 1_000 }, () => 1));
  expect(() => callBuiltin('sprintf', [format, args], testContext())).toThrow(LimitExceeded);
});
