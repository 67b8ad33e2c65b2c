import { releaseStartUpMemory } from './start-up-memory';

describe('releaseStartUpMemory', () => {
  it('collects garbage and does not expose `gc`', () => {
    expect(releaseStartUpMemory).not.toThrow();
    expect((globalThis as { gc?: unknown }).gc).toBeUndefined();
  });
});
