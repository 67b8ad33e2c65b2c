import { grantMark } from './grant-mark';

const NOW = 1_795_536_000_000;
const DAY_MS = 86_400_000;

describe('the revocation mark of a grant', () => {
  it.each([
    ['now, for tokens issued earlier', NOW - 5_000, NOW],
    ['the last token, when the clock of the process that issued it is ahead', NOW + 5_000, NOW + 5_000],
  ])('extends to %s', (_until, lastIssuedMs, atMs) => {
    expect(grantMark('grt-a', 'tnt-a', NOW, lastIssuedMs)).toEqual({
      kind: 'grant',
      subject: 'grt-a',
      tenantId: 'tnt-a',
      atMs,
      // The mark is kept as long as the longest-lived token that it covers.
      forgetAtMs: atMs + DAY_MS,
    });
  });
});
