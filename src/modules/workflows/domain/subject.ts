/** Returns true when a subject equals the wanted one, or begins with its part before a final `*`. Without a wanted subject, all match. */
export function isOfSubject(subject: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}
