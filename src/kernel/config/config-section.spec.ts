import { inspect } from 'node:util';
import { ConfigError, ConfigReader, configSection } from './config-section';
import { renderEnvExample } from './env-example';
import { Secret } from './secret';
import { integer, list, oneOf, secret, text, url } from './variables';

const section = configSection('Example', {
  NAME: text({
    default: 'anna',
    pattern: /^[a-z]+$/,
    patternHint: 'must be lower-case letters',
    description: 'A name.',
  }),
  PORT: integer({ default: 8000, min: 1, max: 65_535, unit: 'port', description: 'A port.' }),
  MODE: oneOf({ words: ['on', 'off'], default: 'off', description: 'A mode.' }),
  BASE: url({ default: null, protocols: ['http:', 'https:'], description: 'A base.' }),
  HOSTS: list({ default: ['x'], description: 'Hosts.' }),
  KEY: secret({ minLength: 4, description: 'A key.' }),
});

const read = (environment: Record<string, string>) => {
  const reader = new ConfigReader(environment);
  const values = reader.read(section);
  reader.finish();
  return values;
};

/** Returns the faults in an environment. */
const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    read(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.faults;
  }
};

describe('the config reader', () => {
  it('returns the defaults for unset and blank variables', () => {
    const defaults = { NAME: 'anna', PORT: 8000, MODE: 'off', BASE: null, HOSTS: ['x'], KEY: null };
    expect(read({})).toEqual(defaults);
    expect(read({ NAME: '', PORT: '  ', KEY: '\t' })).toEqual(defaults);
  });

  it('returns the values that are set, without surrounding whitespace', () => {
    const values = read({
      NAME: ' ben ',
      PORT: '1',
      MODE: 'on',
      BASE: 'https://a.b/c//',
      HOSTS: 'a, b,,c ',
      KEY: 'abcd',
    });
    expect(values).toMatchObject({ NAME: 'ben', PORT: 1, MODE: 'on', BASE: 'https://a.b/c', HOSTS: ['a', 'b', 'c'] });
    expect(values.KEY?.reveal()).toBe('abcd');
  });

  it('reports all faults at once, each with its variable and the expected value', () => {
    const faults = faultsOf({ NAME: 'Ben', PORT: '65536', MODE: 'maybe', BASE: 'ftp://a', KEY: 'abc' });
    expect(faults).toEqual([
      'NAME must be lower-case letters.',
      'PORT must be a whole number from 1 to 65535.',
      'MODE must be one of on, off.',
      'BASE must be a URL that begins with http:// or https://.',
      'KEY must have at least 4 characters.',
    ]);
  });

  it('collects the faults of several sections and cross-checks, and throws at the end', () => {
    const reader = new ConfigReader({ PORT: 'x', OTHER: 'y' });
    reader.read(section);
    reader.read(configSection('Other', { OTHER: integer({ default: 1, min: 0, max: 9, description: 'A digit.' }) }));
    reader.fault('PORT and OTHER must differ.');
    expect(() => reader.finish()).toThrow(
      /3 errors:\n {2}- PORT .*\n {2}- OTHER .*\n {2}- PORT and OTHER must differ\.$/s,
    );
  });

  it.each(['0', '65536', '1.5', '1e3', '0x10', '+5', '١', '9'.repeat(16), 'NaN', '-1', '1 2'])(
    'refuses %j as a port',
    (value) => {
      expect(faultsOf({ PORT: value })).toHaveLength(1);
    },
  );

  it.each(['http//a', '//a', 'a.b', 'javascript:alert(1)', 'file:///etc/passwd'])(
    'refuses %j as a web address',
    (value) => {
      expect(faultsOf({ BASE: value })).toHaveLength(1);
    },
  );

  it('refuses a value that is too long even if it matches its pattern', () => {
    expect(faultsOf({ NAME: 'a'.repeat(2_049) })).toEqual(['NAME must have at most 2048 characters.']);
    expect(faultsOf({ NAME: 'a'.repeat(2_048) })).toEqual([]);
  });

  it('does not repeat values in faults, because they may be misplaced secrets', () => {
    const faults = faultsOf({ NAME: 'S3cr3t', PORT: 'S3cr3t', MODE: 'S3cr3t', BASE: 'S3cr3t', KEY: 'S3c' });
    expect(faults).toHaveLength(5);
    expect(faults.join()).not.toContain('S3c');
  });

  it('reports which variables the operator set', () => {
    const reader = new ConfigReader({ A: 'x', B: ' ' });
    expect([reader.isSet('A'), reader.isSet('B'), reader.isSet('C')]).toEqual([true, false, false]);
  });
});

describe('a secret', () => {
  const hidden = new Secret('hunter2-hunter2');

  it('prints as dots everywhere, alone and nested', () => {
    const printed = [
      String(hidden),
      `${hidden.toString()}`,
      JSON.stringify(hidden),
      JSON.stringify({ deep: [hidden] }),
      inspect(hidden),
      inspect({ deep: { deeper: [hidden] } }, { depth: null, showHidden: true }),
      inspect(Object.create(hidden)),
      Object.values(hidden).join(),
      JSON.stringify({ ...hidden }),
      inspect(new Map([[hidden, hidden]])),
      new Error(`fault: ${String(hidden)}`).message,
    ];
    for (const text of printed) expect(text).not.toContain('hunter2');
    expect(String(hidden)).toBe('••••••');
  });

  it('does not reveal its length', () => {
    expect(String(new Secret('a'))).toBe(String(new Secret('a'.repeat(100))));
  });

  it('returns its text only through reveal()', () => {
    expect(hidden.reveal()).toBe('hunter2-hunter2');
  });
});

describe('.env.example', () => {
  const rendered = renderEnvExample([section]);

  it('lists each variable commented out, with its description, unit and default', () => {
    expect(rendered).toContain('## Example\n\n# A name.\n# NAME=anna\n\n# A port. (port)\n# PORT=8000\n');
    expect(rendered).toContain('# KEY=\n');
  });

  it('wraps long descriptions without losing a word', () => {
    const sentence = Array.from({ length: 60 }, (_, index) => `word${index}`).join(' ');
    const long = renderEnvExample([configSection('Long', { X: text({ default: '', description: sentence }) })]);
    expect(Math.max(...long.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    expect(long.replaceAll('\n# ', ' ')).toContain(sentence);
  });
});
