/** Whether a subject is the wanted one, or begins as one does that ends in `*`; any is without one. */
export function isOfSubject(subject: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  return wanted.endsWith('*') ? subject.startsWith(wanted.slice(0, -1)) : subject === wanted;
}
