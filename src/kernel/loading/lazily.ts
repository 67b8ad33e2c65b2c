/**
 * Returns a value that is created on first use and cached. Use it for a package that most processes never need, where `import()` cannot be
 * awaited. @param load for example `() => require('xml-crypto') as typeof import('xml-crypto')`.
 */
export function lazily<Loaded extends object>(load: () => Loaded): () => Loaded {
  let loaded: Loaded | null = null;
  return () => (loaded ??= load());
}
