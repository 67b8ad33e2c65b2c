import { Secret } from './secret';
import type { Variable } from './variables';

/** The environment, read once at startup: values by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

type AnyVariable = Variable<unknown>;

/** The settings of one module, by the names that its code uses. */
export interface ConfigSection<V extends Record<string, AnyVariable> = Record<string, AnyVariable>> {
  /** Heading in `.env.example`. */
  readonly title: string;
  /** Injection token of the values. */
  readonly token: symbol;
  readonly variables: V;
  /** Finds faults that no single variable reveals. It is a method so that a section with any variables is assignable to this type. */
  check?(values: unknown, around: ConfigCheck): void;
}

/** The context in which a section is checked. */
export interface ConfigCheck {
  readonly isProduction: boolean;
  readonly reader: ConfigReader;
}

/** The values of a section, as {@link readConfig} returns them. */
export type ConfigOf<S> =
  S extends ConfigSection<infer V> ? { readonly [K in keyof V]: V[K] extends Variable<infer T> ? T : never } : never;

/**
 * Declares a module's settings. The keys of `variables` are the names of the environment variables.
 * @param check reports values that contradict each other.
 */
export function configSection<V extends Record<string, AnyVariable>>(
  title: string,
  variables: V,
  check?: (values: ConfigOf<ConfigSection<V>>, around: ConfigCheck) => void,
): ConfigSection<V> {
  const section = { title, token: Symbol(title), variables };
  return check === undefined ? section : { ...section, check };
}

/** Lists all configuration faults together; the process does not start. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'an error' : `${faults.length} errors`}:\n${faults.map((f) => `  - ${f}`).join('\n')}`,
    );
    this.name = 'ConfigError';
  }
}

/** Collects faults while the sections of a role are read, so that the operator sees all of them together. */
export class ConfigReader {
  readonly #environment: Environment;
  readonly #faults: string[] = [];

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Returns the values of one section. An invalid value counts as a fault, and the default takes its place until {@link finish} throws. */
  read<V extends Record<string, AnyVariable>>(section: ConfigSection<V>): ConfigOf<ConfigSection<V>> {
    const values: Record<string, unknown> = {};
    for (const [name, variable] of Object.entries(section.variables)) {
      const text = this.#environment[name]?.trim();
      if (text === undefined || text === '') {
        values[name] = variable.fallback;
        continue;
      }
      const parsed = variable.parse(text);
      if ('fault' in parsed) {
        this.fault(`${name} ${parsed.fault}.`);
        values[name] = variable.fallback;
      } else {
        values[name] = parsed.value;
      }
    }
    // The loop above gave each key the type that its variable declares.
    return values as ConfigOf<ConfigSection<V>>;
  }

  /** Returns whether the operator set this variable. */
  isSet(name: string): boolean {
    return (this.#environment[name]?.trim() ?? '') !== '';
  }

  /**
   * Returns the variables whose names begin with the prefix, keyed by the rest of their names. For a `null` prefix, the result is empty.
   * Use this method for values whose names are not known in advance.
   */
  secretsBeginningWith(prefix: string | null): ReadonlyMap<string, Secret> {
    if (prefix === null) return new Map();
    const found = Object.entries(this.#environment).filter(([name]) => name.startsWith(prefix));
    return new Map(found.map(([name, value]) => [name.slice(prefix.length), new Secret(value ?? '')]));
  }

  /** Adds a fault that no single variable reveals, such as a split role without the address that it needs. */
  fault(message: string): void {
    this.#faults.push(message);
  }

  /** Returns all faults found so far. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Throws {@link ConfigError} with all faults found so far. */
  finish(): void {
    if (this.#faults.length > 0) throw new ConfigError(this.#faults);
  }
}
