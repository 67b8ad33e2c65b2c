/** Returns the form of a name that is used for sorting and searching: NFKC and lowercase. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** Returns the key that makes a group name unique: NFKC and lowercase, with its spaces. */
export function groupNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
