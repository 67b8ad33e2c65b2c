import { digitsOf, weightedSum } from '../checksums/digits';
import { digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** Australian Business Register: after 1 is subtracted from the first digit, the weighted sum is a multiple of 89. */
function abn(value: string): Verdict {
  const [first = 0, ...rest] = digitsOf(value);
  return weightedSum([first - 1, ...rest], [10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]) % 89 === 0;
}

/** Corporations Regulations 2001: weights 8 to 1; the check digit completes the sum to a multiple of ten. */
function acn(value: string): Verdict {
  const number = digitsOf(value);
  return (10 - (weightedSum(number, [8, 7, 6, 5, 4, 3, 2, 1]) % 10)) % 10 === number[8];
}

/** The weighted sum is a multiple of 11. */
const tfn = (value: string): Verdict => weightedSum(digitsOf(value), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;

/** The ninth digit is the weighted sum of the first eight digits; the last digit counts the cards. */
function medicare(value: string): Verdict {
  const number = digitsOf(value);
  return weightedSum(number, [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === number[8];
}

export const AUSTRALIA = ofCountry('AU', [
  personal('AU_TFN', 'Tax file number', {
    texts: [spaced('\\d{3}\\s\\d{3}\\s\\d{3}', 0.1, 0.6)],
    words: [digits('\\d{9}', 9, 0.01, 0.4)],
    judge: tfn,
    context: ['tax file number', 'tfn'],
  }),
  personal('AU_MEDICARE', 'Medicare number', {
    texts: [spaced('[2-6]\\d{3}\\s\\d{5}\\s\\d', 0.1, 0.85)],
    words: [digits('[2-6]\\d{9}', 10, 0.01, 0.4)],
    judge: medicare,
    context: ['medicare'],
  }),
  onDemand('AU_ABN', 'Business number', {
    texts: [spaced('\\d{2}\\s\\d{3}\\s\\d{3}\\s\\d{3}', 0.1)],
    words: [digits('\\d{11}', 11, 0.01, 0.6)],
    judge: abn,
    context: ['australian business number', 'abn'],
  }),
  onDemand('AU_ACN', 'Company number', {
    texts: [spaced('\\d{3}\\s\\d{3}\\s\\d{3}', 0.1, 0.6)],
    words: [digits('\\d{9}', 9, 0.01, 0.4)],
    judge: acn,
    context: ['australian company number', 'acn'],
  }),
]);
