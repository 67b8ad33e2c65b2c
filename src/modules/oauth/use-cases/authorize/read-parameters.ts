/** The parameters of a request, by name. */
export interface Parameters {
  /** The value of a parameter; `undefined` when it is absent, empty (RFC 6749 §3.1: as if not sent) or repeated. */
  get(name: string): string | undefined;
  /** Every value of a parameter that may be repeated. */
  all(name: string): readonly string[];
  isRepeated(name: string): boolean;
  /** Names that came more than once and must not (RFC 6749 §3.1); `resource` may (RFC 8707 §2). */
  readonly repeated: readonly string[];
  /** Whether some value is longer than any that means something here. */
  readonly isTooLong: boolean;
}

const MAY_REPEAT = 'resource';
const MAX_CHARS = 4_096;

/** Reads the parameters as they came. */
export function readParameters(pairs: readonly (readonly [name: string, value: string])[]): Parameters {
  const values = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const all = (name: string): readonly string[] => (values.get(name) ?? []).filter((value) => value !== '');
  // Repeated is repeated, also where one of the two is empty: two parsers would not pick the same.
  const isRepeated = (name: string): boolean => (values.get(name)?.length ?? 0) > 1;
  return {
    get: (name) => (isRepeated(name) ? undefined : all(name)[0]),
    all,
    isRepeated,
    repeated: [...values.keys()].filter((name) => name !== MAY_REPEAT && isRepeated(name)),
    isTooLong: pairs.some(([, value]) => value.length > MAX_CHARS),
  };
}
