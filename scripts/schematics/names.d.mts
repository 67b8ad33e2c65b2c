export function namesOf(
  name: string,
): Readonly<
  Record<'one' | 'many' | 'oneSnake' | 'manySnake' | 'oneCamel' | 'onePascal' | 'manyPascal' | 'aOne', string>
>;
export function prefixOf(name: string, taken: ReadonlySet<string>): string;
