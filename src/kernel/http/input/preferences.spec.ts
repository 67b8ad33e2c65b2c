import { prefers } from './preferences';

describe('the respond-async preference', () => {
  it.each([
    'respond-async',
    'Respond-Async',
    ' respond-async ; wait ',
    'wait=10, respond-async',
    'respond-async, wait=10',
    'foo="a, b\\", c", respond-async',
    ['return=minimal', 'respond-async'],
  ])('is requested by %j', (header) => {
    expect(prefers(header, 'respond-async')).toBe(true);
  });

  it.each([
    undefined,
    '',
    'respond-asynchronously',
    'wait=respond-async',
    'foo="x, respond-async"',
    'a; respond-async',
  ])('is not requested by %j', (header) => {
    expect(prefers(header, 'respond-async')).toBe(false);
  });
});
