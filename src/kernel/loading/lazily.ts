/**
 * What is made at its first use and kept: a package that most processes never need, required where no `import()` can be
 * awaited. @param load such as `() => require('xml-crypto') as typeof import('xml-crypto')`.
 */
export function lazily<Loaded extends object>(load: () => Loaded): () => Loaded {
  let loaded: Loaded | null = null;
  return () => (loaded ??= load());
}
