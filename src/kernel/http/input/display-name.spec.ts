import { displayName } from './display-name';

describe('a name that people are shown', () => {
  it.each(['Shop', 'Café “Zum Löwen”', 'متجر', '商店 株式会社', '👩‍💻 Tools'])('may be %s', (name) => {
    expect(displayName.parse(` ${name} `)).toBe(name);
  });

  it.each(['', ' ', 'x'.repeat(201), 'a\nb', 'a\u0000b', 'Shop \u202egnp.exe', 'a\u2066b', '\u200fx'])(
    'is not %j',
    (name) => {
      expect(displayName.safeParse(name).success).toBe(false);
    },
  );
});
