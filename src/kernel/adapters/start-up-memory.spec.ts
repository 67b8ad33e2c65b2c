import { releaseStartUpMemory } from './start-up-memory';

describe('releaseStartUpMemory', () => {
  it('collects, and leaves no way to do so to others', () => {
    expect(releaseStartUpMemory).not.toThrow();
    expect((globalThis as { gc?: unknown }).gc).toBeUndefined();
  });
});
