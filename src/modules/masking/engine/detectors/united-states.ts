import { allSame, compact, digitsOf, weightedSum } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { code, digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** Numbers that are printed as examples, or that consist of one repeated digit. */
const SAMPLE_SSNS = ['123456789', '98765432', '078051120'];

/** 20 CFR 422.103; no group is all zeros, and no area is 000 or 666. */
function ssn(value: string): Verdict {
  const separators = new Set(value.replace(/\d/g, ''));
  const number = value.replace(/\D/g, '');
  const impossible =
    separators.size > 1 ||
    allSame(digitsOf(number)) ||
    number.slice(3, 5) === '00' ||
    number.slice(5) === '0000' ||
    ['000', '666', ...SAMPLE_SSNS].some((start) => number.startsWith(start));
  return impossible ? false : null;
}

/** The check digit of the American Bankers Association: weights 3, 7, 1. */
const aba = (value: string): Verdict => weightedSum(digitsOf(value), [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 === 0;

/** 45 CFR 162.406: Luhn over 80840 followed by the number. */
function npi(value: string): Verdict {
  const number = digitsOf(value);
  return !allSame(number.slice(0, -1)) && luhn([8, 0, 8, 4, 0, ...number]);
}

/** A registration of the Drug Enforcement Administration: its last digit is the last digit of d1 + d3 + d5 + 2 (d2 + d4 + d6). */
const dea = (value: string): Verdict => {
  const number = digitsOf(value.slice(2));
  return weightedSum(number, [1, 2, 1, 2, 1, 2]) % 10 === number.at(-1);
};

const ITIN_GROUP = '(?:5\\d|6[0-5]|7\\d|8[0-8]|9[0-24-9])';
const MBI_LETTER = '[AC-HJKMNP-RT-Y]';
const MBI_EITHER = '[0-9AC-HJKMNP-RT-Y]';
const MBI_PARTS = [`\\d${MBI_LETTER}${MBI_EITHER}\\d`, `${MBI_LETTER}${MBI_EITHER}\\d`, `${MBI_LETTER}{2}\\d{2}`];

/** The formats of the states' driver's licenses: L for letters, D for digits, each with its count. */
const LICENCES = [
  '[A-Z]\\d{1,14}',
  '[A-Z]\\d{18}',
  '[A-Z]\\d{6}R',
  '[A-Z]\\d[A-Z]\\d[A-Z]',
  '[A-Z]{2}\\d{3,7}',
  '[A-Z]{2}\\d{6}[A-Z]',
  '\\d{2}[A-Z]{3}\\d{5,6}',
  '\\d{3}[A-Z]{2}\\d{4}',
  '\\d{7,9}[A-Z]',
  '\\d{8}[A-Z]{2}',
].join('|');

export const UNITED_STATES = ofCountry('US', [
  personal('US_SSN', 'Social security number', {
    texts: [spaced('\\d{3}[- .]\\d{2}[- .]\\d{4}', 0.6), spaced('\\d{5}-\\d{4}', 0.05), spaced('\\d{3}-\\d{6}', 0.05)],
    words: [digits('\\d{9}', 9, 0.05)],
    judge: ssn,
    context: ['social security', 'social', 'ssn', 'ssns', 'ssid', 'ss#'],
  }),
  personal('SSN_SHAPE', 'Any number written in 3, 2 and 4 digits with hyphens, as the clients mask it', {
    texts: [spaced('\\d{3}-\\d{2}-\\d{4}', 0.5)],
  }),
  personal('US_ITIN', 'Individual taxpayer identification number', {
    texts: [
      spaced(`9\\d{2}[- ]${ITIN_GROUP}[- ]\\d{4}`, 0.5),
      spaced(`9\\d{2}(?:[- ]${ITIN_GROUP}|${ITIN_GROUP}[- ])\\d{4}`, 0.05),
    ],
    words: [digits(`9\\d{2}${ITIN_GROUP}\\d{4}`, 9, 0.3)],
    context: ['individual taxpayer', 'taxpayer', 'itin', 'tax id', 'taxid', 'tin'],
  }),
  personal('US_PASSPORT', 'Passport number', {
    words: [digits('\\d{9}', 9, 0.05), code('[A-Z]\\d{8}', 9, 0.1)],
    context: ['passport', 'passport#', 'travel document'],
  }),
  onDemand('US_DRIVER_LICENSE', "Driver's license number of any state; most numbers can be one", {
    words: [digits('\\d{6,14}|\\d{16}', [6, 16], 0.01), code(LICENCES, [2, 19], 0.3)],
    context: ['driver', 'license', 'licence', 'permit', 'lic', 'dls', 'cdls', 'driving'],
  }),
  onDemand('US_BANK_NUMBER', 'Bank account number; any 8 to 17 digits', {
    words: [digits('\\d{8,17}', [8, 17], 0.05)],
    context: ['bank', 'account', 'account#', 'acct', 'checking', 'savings', 'debit'],
  }),
  onDemand('ABA_ROUTING_NUMBER', 'Bank routing number', {
    texts: [spaced('[0-36-8]\\d{3}-\\d{4}-\\d', 0.3)],
    words: [digits('[0-36-8]\\d{8}', 9, 0.05, 0.45)],
    judge: aba,
    context: ['aba', 'routing', 'abarouting', 'association', 'bankrouting'],
  }),
  personal('US_NPI', 'National provider identifier of a healthcare provider', {
    texts: [spaced('[12]\\d{3}[ -]\\d{3}[ -]\\d{3}', 0.4, 0.85)],
    words: [digits('[12]\\d{9}', 10, 0.1, 0.4)],
    judge: npi,
    context: ['npi', 'national provider', 'provider', 'provider id', 'taxonomy'],
  }),
  personal('US_MBI', 'Medicare beneficiary identifier', {
    texts: [spaced(MBI_PARTS.join('-'), 0.6)],
    words: [code(MBI_PARTS.join(''), 11, 0.4)],
    context: ['medicare', 'mbi', 'beneficiary', 'cms', 'medicaid', 'hic', 'hicn'],
  }),
  onDemand('US_CLIA', 'Clinical laboratory number', {
    texts: [spaced('\\d{2}[ -]D[ -]\\d{7}', 0.4)],
    words: [code('\\d{2}D\\d{7}', 10, 0.1)],
    judge: (value) => (allSame(digitsOf(compact(value).slice(3))) ? false : null),
    context: ['clia', 'lab', 'laboratory'],
  }),
  personal('MEDICAL_LICENSE', 'Drug Enforcement Administration registration', {
    words: [code('[A-HJ-MPRSTUX](?:[A-Z]|9)\\d{7}', 9, 0.4, 0.5)],
    judge: dea,
    context: ['medical', 'certificate', 'dea'],
  }),
]);
