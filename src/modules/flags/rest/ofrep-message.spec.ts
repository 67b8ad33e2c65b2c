import { FlagSet } from '../engine/flag-set';
import { toOfrep } from './ofrep-message';

const SWITCH = { variants: { on: true, off: false } } as const;
const set = new FlagSet(1, {
  flags: {
    checkout: { ...SWITCH, state: 'ENABLED', defaultVariant: 'on' },
    disabled: { ...SWITCH, state: 'DISABLED', defaultVariant: 'on' },
    'without-default': { ...SWITCH, state: 'ENABLED' },
  },
});

describe('an evaluation in OFREP format', () => {
  it('contains the variant and its value', () => {
    const expected = { key: 'checkout', reason: 'STATIC', variant: 'on', value: true, metadata: {} };
    expect(toOfrep(set.evaluate('checkout', {}))).toEqual(expected);
  });

  it.each([
    ['disabled', 'DISABLED'],
    ['without-default', 'DEFAULT'],
  ])('has an empty variant, and no value, for a flag that is %s', (key, reason) => {
    expect(toOfrep(set.evaluate(key, {}))).toEqual({ key, reason, variant: '', metadata: {} });
  });
});
