import { isJsonObject, type JsonObject } from '../../bundle/merge-data.js';

/** An invalid configuration; the message names the option. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

/** A section of the configuration. Reads options with their types; errors name the option by its path. */
export class Section {
  constructor(
    private readonly members: JsonObject,
    private readonly path: string,
  ) {}

  /** Returns the entire configuration, which is empty if it is missing. */
  static root(value: unknown): Section {
    if (value === null || value === undefined) return new Section({}, '');
    if (!isJsonObject(value)) throw new ConfigError('the configuration must be an object');
    return new Section(value, '');
  }

  has(name: string): boolean {
    return this.raw(name) !== undefined;
  }

  /** Returns an option as written; `undefined` if it is missing or null. */
  raw(name: string): unknown {
    return (Object.hasOwn(this.members, name) ? this.members[name] : undefined) ?? undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.members).filter((name) => this.has(name));
  }

  text(name: string): string | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'string') throw this.error(name, 'must be a string');
    return value;
  }

  flag(name: string): boolean {
    const value = this.raw(name) ?? false;
    if (typeof value !== 'boolean') throw this.error(name, 'must be true or false');
    return value;
  }

  number(name: string, min: number, max: number): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !(value >= min && value <= max)) {
      throw this.error(name, `must be a number from ${min} to ${max}`);
    }
    return value;
  }

  texts(name: string): readonly string[] {
    const value = this.raw(name) ?? [];
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw this.error(name, 'must be an array of strings');
    }
    return value as string[];
  }

  numbers(name: string): readonly number[] | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'number')) {
      throw this.error(name, 'must be an array of numbers');
    }
    return value as number[];
  }

  /** Returns a nested section, which is empty if it is missing. */
  section(name: string): Section {
    const value = this.raw(name) ?? {};
    if (!isJsonObject(value)) throw this.error(name, 'must be an object');
    return new Section(value, this.pathOf(name));
  }

  /** Returns the sections nested in a section, or in an array of sections with a `name`. */
  sections(name: string): readonly (readonly [string, Section])[] {
    const value = this.raw(name) ?? {};
    if (Array.isArray(value)) {
      return value.map((item: unknown, index) => {
        if (!isJsonObject(item) || typeof item['name'] !== 'string')
          throw this.error(name, `[${index}] must have a name`);
        return [item['name'], new Section(item, this.pathOf(`${name}[${index}]`))] as const;
      });
    }
    const parent = this.section(name);
    return parent.names().map((key) => [key, parent.section(key)] as const);
  }

  error(name: string, message: string): ConfigError {
    return new ConfigError(`${this.pathOf(name)}: ${message}`);
  }

  private pathOf(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`;
  }
}
