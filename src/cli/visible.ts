/**
 * Returns an untrusted string as one line that is safe to print to a terminal. Control characters (such as ESC), marks that change
 * the direction of text (UAX #9) and invisible characters are escaped. Joiners stay, because some languages need them in words.
 */
export function visible(text: string): string {
  return text.replace(/(?![\u200C\u200D])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped);
}

/** Applies {@link visible} to each line of a string. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n');
}

function escaped(sign: string): string {
  const code = sign.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}
