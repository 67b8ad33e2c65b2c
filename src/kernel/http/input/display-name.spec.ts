import { displayName } from './display-name';

describe('a display name', () => {
  it.each(['Shop', 'Café “Zum Löwen”', 'متجر', '商店 株式会社', '👩‍💻 Tools'])('can be %s', (name) => {
    expect(displayName.parse(` ${name} `)).toBe(name);
  });

  it.each(['', ' ', 'x'.repeat(201), 'a\nb', 'a\u0000b', 'Shop \u202egnp.exe', 'a\u2066b', '\u200fx'])(
    'cannot be %j',
    (name) => {
      expect(displayName.safeParse(name).success).toBe(false);
    },
  );
});
