/** Three parts in base64url; the first part is a JSON object. */
const JWT = /^(Bearer\s+)?eyJ[\w-]*\.[\w-]+\.[\w-]*$/i;

/** Returns whether a string is a token rather than a name. */
export function isToken(text: string): boolean {
  return JWT.test(text.trim());
}
