import { ThreadStarts } from './thread-starts';

describe('the starts of threads', () => {
  const occupied = { cores: 0, occupy: () => void (occupied.cores += 1), vacate: () => void (occupied.cores -= 1) };
  let started: string[];
  let starts: ThreadStarts;
  const begin = (name: string): (() => void) => starts.begin(() => started.push(name));

  beforeEach(() => {
    occupied.cores = 0;
    started = [];
    starts = new ThreadStarts(occupied, 1);
  });

  it('follow one another, and each has a core meanwhile', () => {
    const [first, second] = ['a', 'b', 'c'].map(begin);
    expect([started, occupied.cores]).toEqual([['a'], 1]);
    first?.();
    expect([started, occupied.cores]).toEqual([['a', 'b'], 1]);
    first?.();
    expect([started, occupied.cores]).toEqual([['a', 'b'], 1]);
    second?.();
    expect([started, occupied.cores]).toEqual([['a', 'b', 'c'], 1]);
  });

  it('do not come to a thread that is no longer wanted', () => {
    const [first, second, third] = ['a', 'b', 'c'].map(begin);
    second?.();
    first?.();
    expect(started).toEqual(['a', 'c']);
    third?.();
    expect(occupied.cores).toBe(0);
    begin('d');
    expect(started).toEqual(['a', 'c', 'd']);
  });

  it('are as many at once as there are cores for them', () => {
    starts = new ThreadStarts(occupied, 2);
    ['a', 'b', 'c'].forEach(begin);
    expect([started, occupied.cores]).toEqual([['a', 'b'], 2]);
  });
});
