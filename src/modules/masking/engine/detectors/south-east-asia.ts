import { digitsOf, weightedSum } from '../checksums/digits';
import { code, digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** The check letters of Singapore's identity numbers by first letter, and the number that is added for the century. */
const NRIC_LETTERS: Readonly<Record<string, readonly [letters: string, added: number]>> = {
  S: ['JZIHGFEDCBA', 0],
  T: ['JZIHGFEDCBA', 4],
  F: ['XWUTRQPNMLK', 0],
  G: ['XWUTRQPNMLK', 4],
  M: ['XWUTRQPNJLK', 3],
};

/** A wrong letter does not prove that the value is not an identity number, because the rule was never published. */
function nric(value: string): Verdict {
  const [letters, added] = NRIC_LETTERS[value.charAt(0).toUpperCase()] ?? ['', 0];
  const rest = (added + weightedSum(digitsOf(value), [2, 7, 6, 5, 4, 3, 2])) % 11;
  return letters !== '' && letters.charAt(rest) === value.slice(-1).toUpperCase() ? true : null;
}

const UEN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWX0123456789';

/**
 * ACRA: a business's number has eight digits; a local company's has nine, which include the year; every other entity's has T or S, the year
 * and a type.
 */
function uen(value: string): Verdict {
  const text = value.toUpperCase();
  const number = digitsOf(text.slice(0, -1));
  if (text.length === 9)
    return 'XMKECAWLJDB'.charAt(weightedSum(number, [10, 4, 9, 3, 8, 2, 7, 1]) % 11) === text.at(-1);
  if (/^\d/.test(text)) {
    return 'ZKCMDNERGWH'.charAt(weightedSum(number, [10, 8, 6, 4, 9, 7, 5, 3, 1]) % 11) === text.at(-1);
  }
  const ranks = [...text.slice(0, -1)].map((letter) => UEN_LETTERS.indexOf(letter));
  const sum = weightedSum(ranks, [4, 3, 5, 3, 10, 2, 2, 5, 7]);
  return !ranks.includes(-1) && UEN_LETTERS.charAt((sum + 6) % 11) === text.at(-1);
}

/** Weights 13 to 2, modulo 11. */
function thai(value: string): Verdict {
  const number = digitsOf(value);
  return (11 - (weightedSum(number, [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 10 === number[12];
}

/** Bureau of Internal Revenue: weights 9 to 2, modulo 11; the last three digits identify the branch. */
function philippine(value: string): Verdict {
  const number = digitsOf(value);
  return weightedSum(number, [9, 8, 7, 6, 5, 4, 3, 2]) % 11 === number[8];
}

const THAI = '[1-9](?:[134]\\d|[25][0134567]|[67][0-7]|[89][0-6])\\d{10}';

export const SOUTH_EAST_ASIA = [
  ...ofCountry('SG', [
    personal('SG_NRIC_FIN', 'Identity number of residents and foreigners', {
      words: [code('[STFGM]\\d{7}[A-Z]', 9, 0.5), code('[A-Z]\\d{7}[A-Z]', 9, 0.3)],
      judge: nric,
      context: ['fin', 'fin#', 'nric', 'nric#'],
    }),
    onDemand('SG_UEN', 'Business number', {
      words: [code('\\d{8,9}[A-Z]|[TSR]\\d{2}[A-Z]{2}\\d{4}[A-Z]', [9, 10], 0.3, 0.6)],
      judge: uen,
      context: ['uen', 'unique entity number', 'business registration', 'acra'],
    }),
  ]),
  ...ofCountry('TH', [
    personal('TH_TNIN', 'National identity number', {
      words: [digits(THAI, 13, 0.4, 0.4)],
      texts: [spaced('[1-8]-\\d{4}-\\d{5}-\\d{2}-\\d', 0.4)],
      judge: thai,
      context: ['thai national id', 'thai id number', 'tnin', 'เลขประจำตัวประชาชน', 'เลขบัตรประชาชน'],
    }),
  ]),
  ...ofCountry('PH', [
    personal('PH_TIN', 'Taxpayer number', {
      texts: [spaced('\\d{3}-\\d{3}-\\d{3}(?:-\\d{3})?', 0.3, 0.6)],
      words: [digits('\\d{9}|\\d{12}', [9, 12], 0.1, 0.4)],
      judge: philippine,
      context: ['tin', 'taxpayer identification number', 'bir', 'taxpayer id', 'tax id', 'rdo'],
    }),
    personal('PH_PHILHEALTH', 'Health insurance number', {
      texts: [spaced('\\d{2}-\\d{9}-\\d', 0.4)],
      context: ['philhealth', 'pin', 'health insurance'],
    }),
    personal('PH_UMID', 'Unified multi-purpose card number', {
      texts: [spaced('\\d{4}-\\d{7}-\\d', 0.4)],
      context: ['umid', 'crn', 'common reference number', 'sss', 'gsis'],
    }),
    personal('PH_PASSPORT', 'Passport number', {
      words: [code('[A-Z]\\d{7}[A-Z]|[A-Z]{2}\\d{7}', 9, 0.1)],
      context: ['passport', 'pasaporte', 'dfa'],
    }),
  ]),
];
