import { digitsOf, weightedSum } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { code, spaced, type Verdict } from '../detector';
import { onDemand, personal } from './entity';

/** The values of the letters A to Z in a vehicle identification number, which never contains I, O or Q. */
const VIN_VALUES = '12345678.12345.7.923456789';
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];

/** 49 CFR 565.15: the ninth character is a check digit in North America (numbers that start with 1 to 5). */
function vin(value: string): Verdict {
  const text = value.toUpperCase();
  const values = [...text].map((letter) =>
    Number(/\d/.test(letter) ? letter : VIN_VALUES.charAt(letter.charCodeAt(0) - 65)),
  );
  const rest = weightedSum(values, VIN_WEIGHTS) % 11;
  if (text.charAt(8) === (rest === 10 ? 'X' : String(rest))) return true;
  return /^[1-5]/.test(text) ? false : null;
}

export const DEVICES = [
  personal('IMEI', 'Mobile device number', {
    texts: [spaced('\\d{2}(?:-\\d{6}-\\d{6}-| \\d{6} \\d{6} )\\d', 0.5)],
    judge: (value) => luhn(digitsOf(value)),
    context: ['imei', 'mobile device', 'handset', 'serial number'],
  }),
  onDemand('VIN', 'Vehicle identification number (ISO 3779)', {
    words: [code('[A-HJ-NPR-Z0-9]{17}', 17, 0.5)],
    judge: vin,
    context: ['vin', 'vehicle', 'chassis'],
  }),
];
