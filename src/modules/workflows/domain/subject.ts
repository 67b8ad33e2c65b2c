/**
 * Returns true when a subject equals the wanted subject, or begins with the part before its final `*`. Without a wanted subject, all
 * subjects match.
 */
export function isOfSubject(subject: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}
