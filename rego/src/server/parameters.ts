/** The parameters of a request's URL, read when they are asked for: most requests have none. */
export class Parameters {
  private parsed: URLSearchParams | undefined;

  /** @param text behind the question mark. */
  constructor(private readonly text: string) {}

  get isEmpty(): boolean {
    return this.text === '';
  }

  /** Tells whether a parameter is there without a value, or is `true` in one of its values, as OPA reads it. */
  isSet(name: string): boolean {
    if (this.text === '') return false;
    const values = this.all(name);
    return (values.length === 1 && values[0] === '') || values.some((value) => value.toLowerCase() === 'true');
  }

  all(name: string): readonly string[] {
    if (this.text === '') return [];
    return (this.parsed ??= new URLSearchParams(this.text)).getAll(name);
  }

  last(name: string): string | undefined {
    return this.all(name).at(-1);
  }

  /** Every parameter with its values. */
  byName(): Readonly<Record<string, readonly string[]>> {
    this.parsed ??= new URLSearchParams(this.text);
    const { parsed } = this;
    return Object.fromEntries([...new Set(parsed.keys())].map((name) => [name, parsed.getAll(name)]));
  }
}
