/** The parameters of a request's URL. They are parsed on demand, because most requests do not have any. */
export class Parameters {
  private parsed: URLSearchParams | undefined;

  /** @param text the URL after the question mark. */
  constructor(private readonly text: string) {}

  get isEmpty(): boolean {
    return this.text === '';
  }

  /** Returns whether a parameter has no value, or has `true` as one of its values, as in OPA. */
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

  /** Returns every parameter with its values. */
  byName(): Readonly<Record<string, readonly string[]>> {
    this.parsed ??= new URLSearchParams(this.text);
    const { parsed } = this;
    return Object.fromEntries([...new Set(parsed.keys())].map((name) => [name, parsed.getAll(name)]));
  }
}
