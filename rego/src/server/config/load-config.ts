import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject, setMember } from '../../bundle/merge-data.js';
import { parseYaml } from '../../builtins/yaml.js';
import { Budget, limitsOf } from '../../evaluate/budget.js';
import { toJson } from '../../values/json.js';
import { ConfigError } from './section.js';

const LIMITS = limitsOf({ deadlineMs: 10_000 });

/**
 * Reads a configuration file, JSON or YAML, and applies overrides. `${NAME}` is replaced by the value of the
 * environment variable. `set`: `a.b=value`, separated by commas; `setFiles`: `a.b=path`, for the content of a file. Errors: `ConfigError`.
 */
export function loadConfig(file: string | null, set: readonly string[], setFiles: readonly string[]): unknown {
  const config = file === null ? {} : (readDocument(file) ?? {});
  if (!isJsonObject(config)) throw new ConfigError(`${file ?? ''}: the configuration must be an object`);
  for (const text of set) {
    for (const [path, value] of assignments(text)) assign(config, path, valueOf(value));
  }
  for (const text of setFiles) {
    for (const [path, value] of assignments(text)) assign(config, path, readText(value).replace(/\r?\n$/, ''));
  }
  return config;
}

function readDocument(file: string): unknown {
  const text = readText(file).replace(/\$\{([^{}]+)\}/g, (_match, name: string) => process.env[name] ?? '');
  try {
    return toJson(parseYaml(text, new Budget(LIMITS)));
  } catch (error) {
    throw new ConfigError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new ConfigError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Parses `a.b=1,c=2` into paths and strings. A backslash escapes a dot, a comma or an equals sign. */
function assignments(text: string): readonly (readonly [readonly string[], string])[] {
  return split(text, ',').map((part) => {
    const [key = '', ...rest] = split(part, '=');
    if (key === '' || rest.length === 0) throw new ConfigError(`--set ${text}: write <option>=<value>`);
    const path = split(key, '.').flatMap((name) => name.split(/\[(\d+)\]/).filter((each) => each !== ''));
    return [path.map(unescape), unescape(rest.join('='))] as const;
  });
}

function split(text: string, separator: string): readonly string[] {
  const parts: string[] = [''];
  let isInList = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (char === '\\' && index + 1 < text.length) {
      parts[parts.length - 1] += char + text.charAt(++index);
    } else if (char === separator && !isInList) parts.push('');
    else {
      if (char === '{') isInList = true;
      if (char === '}') isInList = false;
      parts[parts.length - 1] += char;
    }
  }
  return parts;
}

const unescape = (text: string): string => text.replace(/\\(.)/g, '$1');

const LITERALS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** Parses a value from the command line: `true`, `null`, an integer, `{a,b}` for a list, or otherwise a string. */
function valueOf(text: string): unknown {
  if (Object.hasOwn(LITERALS, text)) return LITERALS[text];
  if (/^(?:0|-?[1-9]\d{0,15})$/.test(text)) return Number(text);
  if (!/^\{.*\}$/s.test(text)) return text;
  const items = text.slice(1, -1);
  return items === '' ? [] : items.split(',').map(valueOf);
}

function assign(config: JsonObject, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    setMember(config, name, value);
    return;
  }
  const known = Object.hasOwn(config, name) ? config[name] : undefined;
  if (Array.isArray(known)) {
    assign(known as unknown as JsonObject, rest, value);
    return;
  }
  const next: JsonObject = isJsonObject(known) ? known : {};
  setMember(config, name, next);
  assign(next, rest, value);
}
