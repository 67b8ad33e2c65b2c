import { compact, digitsOf } from '../checksums/digits';
import { verhoeff } from '../checksums/check-digits';
import { code, digits, literal, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** UIDAI: twelve digits, the first of which is 2 or more, with a Verhoeff check digit; not a palindrome. */
function aadhaar(value: string): Verdict {
  const number = digitsOf(value);
  return (number[0] ?? 0) >= 2 && number.join('') !== number.toReversed().join('') && verhoeff(number);
}

/** The account number in a GSTIN: mostly letters, then four digits and a letter. */
export function isPanShape(text: string): boolean {
  return /^[A-Z0-9]{5}\d{4}[A-Z]$/i.test(text) && text.slice(0, 5).replace(/\d/g, '').length >= 3;
}

/** CGST Rules 2017, rule 10: state 01 to 37, account number, entity, Z, check character. */
function gstin(value: string): Verdict {
  const text = compact(value);
  const state = Number(text.slice(0, 2));
  return /^\d{2}[A-Z0-9]{11}Z[A-Z0-9]$/.test(text) && state >= 1 && state <= 37 && isPanShape(text.slice(2, 12));
}

/** Ten characters with a letter and four consecutive digits; a very weak pattern. */
const PAN_LIKE = '(?=[\\w@#$%^?~-]{0,9}[a-z])(?=[\\w@#$%^?~-]{0,6}\\d{4})[\\w@#$%^?~-]{10}';
/** The handles of NPCI's payment providers. */
const UPI_HANDLES =
  'upi|ybl|ibl|axl|apl|yapl|rapl|paytm|pt(?:axis|hdfc|sbi|yes)|ok(?:axis|hdfcbank|icici|sbi)|sbi|icici|hdfcbank|axisbank|kotak|fbl|jio';

export const INDIA = ofCountry('IN', [
  personal('IN_AADHAAR', 'Aadhaar number', {
    texts: [spaced('\\d{4}[- :]\\d{4}[- :]\\d{4}', 0.01)],
    words: [digits('\\d{12}', 12, 0.01, 0.4)],
    judge: aadhaar,
    context: ['aadhaar', 'aadhar', 'uidai'],
  }),
  personal('IN_PAN', 'Permanent account number', {
    words: [code('[A-Z]{3}[ABCFGHJLPT][A-Z]\\d{4}[A-Z]', 10, 0.6), code('[A-Z]{5}\\d{4}[A-Z]', 10, 0.1)],
    texts: [spaced(PAN_LIKE, 0.01)],
    context: ['permanent account number', 'pan'],
  }),
  personal('IN_GSTIN', 'Goods and services tax number; it contains the account number', {
    words: [code('\\d{2}[A-Z0-9]{11}Z[A-Z0-9]', 15, 0.5)],
    judge: gstin,
    judgesForm: true,
    context: ['gstin', 'gst', 'goods and services tax'],
  }),
  personal('IN_VOTER', 'Voter card number', {
    words: [code('[A-Z]{3}\\d{7}', 10, 0.3)],
    context: ['voter', 'epic', 'elector photo identity card'],
  }),
  personal('IN_PASSPORT', 'Passport number', {
    texts: [spaced('[A-Z][1-9]\\d\\s?\\d{4}[1-9]', 0.1)],
    context: ['passport', 'indian passport'],
  }),
  personal('IN_UPI', 'Unified Payments Interface address', {
    texts: [literal(new RegExp(`(?<![\\w.@-])[\\w.-]{2,256}@(?:${UPI_HANDLES})(?![\\w-]|\\.\\w)`, 'gi'), ['@'], 0.6)],
    context: ['upi', 'vpa', 'payment'],
  }),
  onDemand('IN_VEHICLE_REGISTRATION', 'Number plate', {
    words: [code('[A-Z]{2}\\d{1,2}[A-Z]{0,3}\\d{4}', [7, 11], 0.3), code('\\d{2}BH\\d{4}[A-Z]{1,2}', [9, 10], 0.5)],
    context: ['rto', 'vehicle', 'plate', 'registration'],
  }),
]);
