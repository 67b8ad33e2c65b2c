import fc from 'fast-check';
import { type Span, withoutOverlaps } from './overlaps';

const span = (start: number, end: number, score: number, rank = 0): Span => ({ start, end, score, rank });

describe('withoutOverlaps', () => {
  it('prefers the better score, then the longer span, then the lower rank', () => {
    expect(withoutOverlaps([span(0, 9, 0.5), span(4, 6, 0.9)])).toEqual([span(4, 6, 0.9)]);
    expect(withoutOverlaps([span(0, 5, 0.5), span(2, 9, 0.5)])).toEqual([span(2, 9, 0.5)]);
    expect(withoutOverlaps([span(0, 5, 0.5, 2), span(0, 5, 0.5, 1)])).toEqual([span(0, 5, 0.5, 1)]);
  });

  it('keeps adjacent spans, in order', () => {
    expect(withoutOverlaps([span(5, 9, 0.1), span(0, 5, 0.5)])).toEqual([span(0, 5, 0.5), span(5, 9, 0.1)]);
  });

  it('keeps the spans of a chain that do not overlap the best ones', () => {
    const [first, second, third] = [span(0, 4, 0.5), span(3, 7, 0.6), span(6, 9, 0.5)];
    expect(withoutOverlaps([first, second, third])).toEqual([second]);
    expect(withoutOverlaps([first, span(3, 7, 0.4), third])).toEqual([first, third]);
  });

  it('handles a long chain', () => {
    const chain = Array.from({ length: 300_000 }, (_, index) => span(index * 2, index * 2 + 3, 0.5));
    expect(withoutOverlaps(chain)).toHaveLength(150_000);
  });

  const spans = fc.array(
    fc
      .tuple(fc.nat(60), fc.integer({ min: 1, max: 12 }), fc.nat(4), fc.nat(3))
      .map(([start, length, score, rank]) => span(start, start + length, score / 4, rank)),
    { maxLength: 20 },
  );

  it('does not return overlaps, and drops only spans that overlap a kept one', () => {
    fc.assert(
      fc.property(spans, (all) => {
        const kept = withoutOverlaps(all);
        const overlap = (a: Span, b: Span): boolean => a.start < b.end && b.start < a.end;
        kept.forEach((one, index) => expect(index === 0 || one.start >= (kept[index - 1]?.end ?? 0)).toBe(true));
        expect(all.every((one) => kept.some((other) => overlap(one, other)))).toBe(true);
      }),
    );
  });
});
