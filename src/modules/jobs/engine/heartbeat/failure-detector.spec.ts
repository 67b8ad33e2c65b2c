import { FailureDetector } from './failure-detector';

const at = (beats: number) => [{ id: 'exe-a', beats }];

describe('a worker', () => {
  it('is considered dead after it has been observed for three seconds without a heartbeat', () => {
    const living = new FailureDetector();
    for (let now = 0; now < 3_000; now += 500) expect(living.observe(at(7), now)).toEqual([]);
    expect(living.observe(at(7), 3_000)).toEqual(at(7));
  });

  it('is not considered dead while its heartbeats arrive', () => {
    const living = new FailureDetector();
    for (let now = 0; now < 20_000; now += 500) expect(living.observe(at(Math.floor(now / 2_500)), now)).toEqual([]);
  });

  it('is not considered dead while its heartbeats cannot be read', () => {
    const living = new FailureDetector();
    expect(living.observe(at(7), 0)).toEqual([]);
    expect(living.observe(at(7), 60_000)).toEqual([]);
    expect(living.observe(at(7), 61_000)).toEqual([]);
    expect(living.observe(at(8), 62_000)).toEqual([]);
  });

  it('is forgotten when it has left', () => {
    const living = new FailureDetector();
    living.observe(at(7), 0);
    living.observe([], 500);
    expect(living.observe(at(7), 4_000)).toEqual([]);
  });
});
