import { accentColors, accentOf, contrast, DARK, LIGHT } from './accent';

describe('the accent color of a tenant', () => {
  it.each([
    ['#3056D3', '3056d3'],
    ['3056d3', '3056d3'],
    ['#fff', null],
    ['red', null],
    ['#3056d3;}', null],
    [null, null],
  ])('for the setting %s is %s', (color, accent) => {
    expect(accentOf(color)).toBe(accent);
  });

  it('uses the contrast formula of WCAG', () => {
    expect(contrast('000000', 'ffffff')).toBeCloseTo(21, 5);
    expect(contrast('777777', 'ffffff')).toBeCloseTo(4.48, 2);
    expect(contrast('ffffff', 'ffffff')).toBe(1);
  });

  it('is unchanged if it is legible', () => {
    expect(accentColors('3056d3', LIGHT)).toEqual({ fill: '3056d3', onFill: 'ffffff', text: '3056d3' });
  });

  it('is always legible: contrast 4.5 for text on it and text in this color, 3 for shapes', () => {
    const steps = ['00', '33', '66', '99', 'cc', 'ff'];
    const colors = steps.flatMap((red) => steps.flatMap((green) => steps.map((blue) => red + green + blue)));
    for (const ground of [LIGHT, DARK]) {
      for (const color of colors) {
        const { fill, onFill, text } = accentColors(color, ground);
        const least = {
          inFill: contrast(onFill, fill),
          onCard: contrast(text, ground.card),
          onSoft: contrast(text, ground.soft),
          shape: contrast(fill, ground.card) * 1.5,
        };
        expect([color, Math.min(...Object.values(least)) >= 4.5]).toEqual([color, true]);
      }
    }
  });
});
