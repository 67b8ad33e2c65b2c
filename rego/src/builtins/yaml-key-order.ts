const LETTER = /\p{L}/u;
const DIGIT = /\d/;

/** Compares keys like Go's yaml.v2 (`keyList.Less`): embedded numbers by value (`a2` before `a10`), and letters after other characters. */
export function compareKeys(a: string, b: string): number {
  const [charsA, charsB] = [[...a], [...b]];
  const shared = Math.min(charsA.length, charsB.length);
  let afterDigit = false;
  for (let i = 0; i < shared; i++) {
    const [charA = '', charB = ''] = [charsA[i], charsB[i]];
    if (charA === charB) {
      afterDigit = DIGIT.test(charA);
      continue;
    }
    const isLetterA = LETTER.test(charA);
    const isLetterB = LETTER.test(charB);
    if (isLetterA !== isLetterB) {
      return isLetterA === afterDigit ? -1 : 1;
    }
    return (isLetterA ? 0 : compareNumbersAt(charsA, charsB, i)) || (charA < charB ? -1 : 1);
  }
  return charsA.length - charsB.length;
}

function compareNumbersAt(a: readonly string[], b: readonly string[], at: number): number {
  const lead = (a[at] === '0' || b[at] === '0') && followsDigit(a, at) ? '1' : '';
  const digitsA = lead + digitsFrom(a, at);
  const digitsB = lead + digitsFrom(b, at);
  return Number(digitsA || '0') - Number(digitsB || '0') || digitsA.length - digitsB.length;
}

function followsDigit(chars: readonly string[], at: number): boolean {
  for (let i = at - 1; i >= 0 && DIGIT.test(chars[i] ?? ''); i--) {
    if (chars[i] !== '0') {
      return true;
    }
  }
  return false;
}

function digitsFrom(chars: readonly string[], at: number): string {
  let end = at;
  while (end < chars.length && DIGIT.test(chars[end] ?? '')) {
    end++;
  }
  return chars.slice(at, end).join('');
}
