import { continueTrace } from './traceparent';

const GOOD = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('traceparent', () => {
  it.each([GOOD, GOOD.replace(/01$/, '00'), GOOD.replace(/01$/, 'ff')])('continues %s', (header) => {
    expect(continueTrace(header)).toBe(header);
  });

  it.each([
    undefined,
    '',
    'garbage',
    // W3C Trace Context §3.2.2: all zeros, uppercase letters and version ff are invalid.
    GOOD.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)),
    GOOD.replace('b7ad6b7169203331', '0'.repeat(16)),
    GOOD.toUpperCase(),
    GOOD.replace(/^00/, 'ff'),
    `${GOOD}-extra`,
    ` ${GOOD}`,
    `${GOOD}\n`,
    GOOD.replace('0af7', '0ag7'),
    GOOD.slice(0, -1),
    `${GOOD}, ${GOOD}`,
  ])('starts a new trace instead of %j', (header) => {
    const trace = continueTrace(header);
    expect(trace).not.toBe(header);
    expect(trace).toMatch(/^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-01$/);
    expect(trace.length).toBe(GOOD.length);
  });

  it('starts each trace with different IDs', () => {
    expect(new Set(Array.from({ length: 100 }, () => continueTrace(undefined))).size).toBe(100);
  });
});
