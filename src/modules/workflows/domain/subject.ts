/** Returns whether a subject is the wanted one, or begins with the wanted prefix, which ends in `*`. Without one, any subject matches. */
export function isOfSubject(subject: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}
