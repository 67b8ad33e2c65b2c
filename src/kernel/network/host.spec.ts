import { withoutBrackets } from './host';

test.each([
  ['[::1]', '::1'],
  ['127.0.0.1', '127.0.0.1'],
  ['a.example', 'a.example'],
  ['a[b]c', 'a[b]c'],
])('the host %s is %s to a socket', (written, host) => {
  expect(withoutBrackets(written)).toBe(host);
});
