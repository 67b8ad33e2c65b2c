/** Packages that belong only to the installation: a tenant cannot define rules or data in or below them. */
const RESERVED_PACKAGES: readonly (readonly string[])[] = [['tenant_wall']];

const SPACE_AND_COMMENTS = /^\uFEFF?(?:\s+|#[^\n]*(?:\n|$))*/;
const NAME = /^[A-Za-z_]\w*/;
const QUOTED_STEP = /^\[\s*"((?:[^"\\\n]|\\.)*)"\s*\]/;

/**
 * Returns the package of a Rego module without parsing the rest: `package a.b["c d"]` is `['a', 'b', 'c d']`.
 * `null` for text that does not begin with a package declaration, which the compiler also refuses.
 */
export function packagePath(text: string): readonly string[] | null {
  let rest = text.slice(SPACE_AND_COMMENTS.exec(text)?.[0].length ?? 0);
  const keyword = /^package[ \t]+/.exec(rest)?.[0];
  if (keyword === undefined) return null;
  rest = rest.slice(keyword.length);
  const first = NAME.exec(rest)?.[0];
  if (first === undefined) return null;
  rest = rest.slice(first.length);
  const path = [first];
  for (;;) {
    const step = nextStep(rest);
    if (step === 'invalid') return null;
    if (step === 'end') return path;
    path.push(step.name);
    rest = rest.slice(step.length);
  }
}

/** Returns true if a path below `data` is a reserved package or is inside one. */
export function isReservedPath(path: readonly string[]): boolean {
  return RESERVED_PACKAGES.some((reserved) => reserved.every((name, index) => path[index] === name));
}

function nextStep(rest: string): { readonly name: string; readonly length: number } | 'end' | 'invalid' {
  if (rest.startsWith('.')) {
    const name = NAME.exec(rest.slice(1))?.[0];
    return name === undefined ? 'invalid' : { name, length: name.length + 1 };
  }
  if (!rest.startsWith('[')) return 'end';
  const quoted = QUOTED_STEP.exec(rest);
  if (quoted?.[1] === undefined) return 'invalid';
  try {
    // Rego strings have the same syntax as JSON strings.
    return { name: JSON.parse(`"${quoted[1]}"`) as string, length: quoted[0].length };
  } catch {
    return 'invalid';
  }
}
