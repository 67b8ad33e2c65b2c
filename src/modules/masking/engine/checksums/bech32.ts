const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const;
/** What is left at the end: 1 for Bech32 (BIP 173), the other for Bech32m (BIP 350). */
const REMAINDERS = [1, 0x2bc830a3];

/** Whether the last six characters are the checksum of Bech32 or Bech32m over the others. Mixed case is invalid. */
export function isBech32(text: string): boolean {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return false;
  const separator = lower.lastIndexOf('1');
  if (separator < 1 || separator + 7 > lower.length || lower.length > 90) return false;
  const prefix = [...lower.slice(0, separator)].map((letter) => letter.charCodeAt(0));
  const data = [...lower.slice(separator + 1)].map((letter) => ALPHABET.indexOf(letter));
  if (data.includes(-1)) return false;
  const values = [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data];
  return REMAINDERS.includes(values.reduce(step, 1) >>> 0);
}

function step(checksum: number, value: number): number {
  const top = checksum >>> 25;
  const shifted = ((checksum & 0x1ffffff) << 5) ^ value;
  return GENERATOR.reduce((sum, factor, bit) => ((top >> bit) & 1 ? sum ^ factor : sum), shifted);
}
