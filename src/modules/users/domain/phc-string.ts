/** The reason why a password hash cannot be used, as a sentence without any part of the hash. */
export interface Fault {
  readonly fault: string;
}

export function faultOf(fault: string): Fault {
  return { fault };
}

/** Returns the fault of a hash whose form is wrong. */
export function codeFault(algorithm: string, format: string): Fault {
  return faultOf(`The ${algorithm} hash is malformed. Its format is ${format}, with Base64 without padding.`);
}

/** Returns the fault of a number outside its bounds; `null` if it is within them. */
export function within(
  subject: string,
  value: number,
  { least, most }: { readonly least: number; readonly most: number },
): Fault | null {
  return value >= least && value <= most ? null : faultOf(`${subject} must be between ${least} and ${most}.`);
}

/** A decimal number of a PHC string: no sign, and no leading zeros. */
const DECIMAL = /^(0|[1-9]\d{0,9})$/;

/** Parses the decimal numbers of a PHC string. A number in another form is `undefined`. */
export function numbersOf(texts: readonly string[]): readonly (number | undefined)[] {
  return texts.map((text) => (DECIMAL.test(text) ? Number(text) : undefined));
}

/** Decodes the Base64 of a PHC string, which has no padding and no unused bits (RFC 4648 §3.2 and §3.5); `null` if it is malformed. */
export function phcBytes(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return phcText(bytes) === text ? bytes : null;
}

/** Encodes bytes as the Base64 of a PHC string. */
export function phcText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
