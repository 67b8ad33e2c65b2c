/** The parameters of a request, by name. */
export interface Parameters {
  /** Returns the value of a parameter; `undefined` when it is absent, empty (RFC 6749 §3.1: as if not sent) or repeated. */
  get(name: string): string | undefined;
  /** Returns every value of a parameter that can be repeated. */
  all(name: string): readonly string[];
  isRepeated(name: string): boolean;
  /** Names that are repeated but must not be (RFC 6749 §3.1). `resource` can be repeated (RFC 8707 §2). */
  readonly repeated: readonly string[];
  /** True if a value is longer than any meaningful value. */
  readonly isTooLong: boolean;
}

const MAY_REPEAT = 'resource';
const MAX_CHARS = 4_096;

/** Parses the parameters as received. */
export function readParameters(pairs: readonly (readonly [name: string, value: string])[]): Parameters {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const all = (name: string): readonly string[] => (values.get(name) ?? []).filter((value) => value !== '');
  // A parameter counts as repeated even if one value is empty: two parsers might pick different values.
  const isRepeated = (name: string): boolean => (values.get(name)?.length ?? 0) > 1;
  return {
    get: (name) => (isRepeated(name) ? undefined : all(name)[0]),
    all,
    isRepeated,
    repeated: [...values.keys()].filter((name) => name !== MAY_REPEAT && isRepeated(name)),
    isTooLong: pairs.some(([, value]) => value.length > MAX_CHARS),
  };
}
