/** Returns a JSON Pointer extended by one member. RFC 6901 §3: `~` and `/` are escaped. */
export function below(pointer: string, member: string | number): string {
  return `${pointer}/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
