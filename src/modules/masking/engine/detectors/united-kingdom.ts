import { compact, digitsOf, weightedSum } from '../checksums/digits';
import { code, digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** NHS Data Dictionary: weights 10 to 2, and the check digit makes the sum a multiple of 11. */
const nhs = (value: string): Verdict => weightedSum(digitsOf(value), [10, 9, 8, 7, 6, 5, 4, 3, 2, 1]) % 11 === 0;

/** HMRC's manual NIM39110: prefixes that are never allocated. */
const nino = (value: string): Verdict => (/^(?:BG|GB|NK|KN|NT|TN|ZZ)/.test(compact(value)) ? false : null);

/** The surname is padded with nines, and only at the end. */
const drivingLicence = (value: string): Verdict => (/^[A-Z]+9*$/i.test(value.slice(0, 5)) ? null : false);

/** Since 2001, the digits indicate the half-year: 02 to 29, and 51 to 79. Older plates do not indicate it. */
function plate(value: string): Verdict {
  const period = /^[A-Z]{2}(\d{2})[A-Z]{3}$/.exec(compact(value))?.[1];
  return period === undefined ? null : /^(?:0[2-9]|[12]\d|5[1-9]|[67]\d)$/.test(period);
}

const INWARD = '\\d[ABD-HJLNP-UW-Z]{2}';
const OUTWARD = [
  '[A-PR-UWYZ]\\d[A-HJKPSTUW]?',
  '[A-PR-UWYZ]\\d{2}',
  '[A-PR-UWYZ][A-HK-Y]\\d[ABEHMNPRVWXY]?',
  '[A-PR-UWYZ][A-HK-Y]\\d{2}',
].join('|');

export const UNITED_KINGDOM = ofCountry('GB', [
  personal('UK_NHS', 'National Health Service number', {
    texts: [spaced('\\d{3}[- ]\\d{3}[- ]?\\d{4}|\\d{6}[- ]\\d{4}', 0.5, 0.85)],
    words: [digits('\\d{10}', 10, 0.1, 0.4)],
    judge: nhs,
    context: ['national health service', 'nhs', 'health services authority', 'health authority'],
  }),
  personal('UK_NINO', 'National insurance number', {
    texts: [spaced('[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\\d{2} ?\\d{2} ?\\d{2} ?[A-D]', 0.6)],
    judge: nino,
    context: ['national insurance', 'ni number', 'nino'],
  }),
  personal('UK_PASSPORT', 'Passport number', {
    words: [code('[A-Z]{2}\\d{7}', 9, 0.1)],
    context: ['passport', 'travel document', 'hmpo'],
  }),
  personal('UK_DRIVING_LICENCE', 'Driving license number', {
    words: [
      code('[A-Z9]{5}\\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\\d|3[01])\\d[A-Z9]{2}[A-Z0-9][A-Z]{2}', 16, 0.6),
    ],
    judge: drivingLicence,
    context: ['driving licence', 'driving license', "driver's licence", 'dvla', 'dl number', 'licence number'],
  }),
  onDemand('UK_POSTCODE', 'Postcode', {
    texts: [spaced(`GIR\\s?0AA|(?:${OUTWARD})\\s?${INWARD}`, 0.1)],
    context: ['postcode', 'post code', 'postal code', 'zip', 'address', 'delivery', 'mailing', 'shipping'],
  }),
  onDemand('UK_VEHICLE_REGISTRATION', 'Number plate', {
    texts: [
      spaced('[A-HJ-PR-Y]{2}\\d{2}[- ]?[A-HJ-PR-Z]{3}', 0.3, 0.5),
      spaced('[A-HJ-NPR-TV-Y]\\d{1,3}[- ]?[A-HJ-PR-Y][A-HJ-PR-Z]{2}', 0.2),
      spaced('[A-HJ-PR-Z]{3}[- ]?\\d{1,3}[- ]?[A-HJ-NPR-TV-Y]', 0.15),
    ],
    judge: plate,
    context: ['vehicle', 'registration', 'number plate', 'licence plate', 'reg', 'vrn', 'dvla', 'v5c', 'car'],
  }),
]);
