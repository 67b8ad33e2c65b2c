/** A name as it is sorted and searched: NFKC, lower case. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** The same of a group, by which it is unique: no blanks are taken away. */
export function groupNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
