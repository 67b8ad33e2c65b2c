/** Up to this length, the engine's own search takes a few nanoseconds per unit, whatever the strings contain. */
const SHORT = 16;

/**
 * Returns whether a string contains another string, in time proportional to the sum of their lengths. For adversarial strings, the
 * language's own search takes time proportional to the product of the lengths (`q` and many `z` within many `z`). Knuth, Morris, Pratt,
 * 1977.
 */
export function includesText(text: string, part: string): boolean {
  if (part.length <= SHORT || part.length >= text.length) return text.includes(part);
  const borders = bordersOf(part);
  let matched = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    while (matched > 0 && unit !== part.charCodeAt(matched)) matched = borders[matched - 1] ?? 0;
    if (unit === part.charCodeAt(matched)) matched += 1;
    if (matched === part.length) return true;
  }
  return false;
}

/** Returns, for each prefix of a string, the length of the longest shorter prefix that is also its suffix. */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let length = 0;
  for (let at = 1; at < part.length; at += 1) {
    const unit = part.charCodeAt(at);
    while (length > 0 && unit !== part.charCodeAt(length)) length = borders[length - 1] ?? 0;
    if (unit === part.charCodeAt(length)) length += 1;
    borders[at] = length;
  }
  return borders;
}
