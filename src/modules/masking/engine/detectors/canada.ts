import { allSame, digitsOf } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { digits, spaced, type Verdict } from '../detector';
import { ofCountry, personal } from './entity';

const sin = (value: string): Verdict => !allSame(digitsOf(value)) && luhn(digitsOf(value));

export const CANADA = ofCountry('CA', [
  personal('CA_SIN', 'Social insurance number', {
    texts: [spaced('[1-79]\\d{2}(?:-\\d{3}-| \\d{3} )\\d{3}', 0.5, 0.6)],
    words: [digits('[1-79]\\d{8}', 9, 0.05, 0.3)],
    judge: sin,
    context: ['sin', 'social insurance', 'nas', 'assurance sociale'],
  }),
]);
