/** A name as it is sorted and searched: NFKC, lower case. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}
