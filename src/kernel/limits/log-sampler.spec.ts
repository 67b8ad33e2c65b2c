import { LogSampler } from './log-sampler';

describe('a sampled log message', () => {
  it('passes once per interval, with the number of suppressed messages', () => {
    let nowMs = 0;
    const thinned = new LogSampler(1_000, () => nowMs);
    expect(thinned.sample('a')).toBe(0);
    for (let count = 0; count < 7; count++) expect(thinned.sample('a')).toBeNull();
    expect(thinned.sample('b')).toBe(0);
    nowMs = 999;
    expect(thinned.sample('a')).toBeNull();
    nowMs = 1_000;
    expect(thinned.sample('a')).toBe(8);
    expect(thinned.sample('a')).toBeNull();
  });

  it('is remembered for a limited number of keys', () => {
    const thinned = new LogSampler(1_000, () => 0);
    for (let count = 0; count <= 10_000; count++) expect(thinned.sample(`key-${count}`)).toBe(0);
    expect(thinned.sample('key-10000')).toBeNull();
    expect(thinned.sample('key-0')).toBe(0);
  });
});
