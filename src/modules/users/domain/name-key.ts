/** Returns a name in its form for sorting and searching: NFKC, lowercase. */
export function nameKey(name: string): string {
  return name.trim().normalize('NFKC').toLowerCase();
}

/** Returns the key by which a group name is unique: NFKC, lowercase, with spaces kept. */
export function groupNameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}
