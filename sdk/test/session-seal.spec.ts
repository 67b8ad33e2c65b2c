import { ConfigurationError } from '../src/errors.js';
import { Seal } from '../src/session/seal.js';
import { faultOf } from './stand-in.js';

const [OLD, NEW] = ['a'.repeat(32), 'b'.repeat(32)];
const VALUE = { user: 'Ada', text: 'ä€' };

describe('the seal', () => {
  it('opens what it sealed, and seals the same value differently each time', async () => {
    const seal = new Seal([NEW]);
    const [one, other] = [await seal.close('x', VALUE), await seal.close('x', VALUE)];
    expect(await seal.open('x', one)).toEqual(VALUE);
    expect(one).toMatch(/^v1\.[\w-]{8}\.[\w-]+$/);
    expect(one).not.toBe(other);
    expect(one).not.toContain('Ada');
  });

  it('opens values of previous keys and seals with the current key', async () => {
    const old = await new Seal([OLD]).close('x', VALUE);
    const both = new Seal([NEW, OLD]);
    expect(await both.open('x', old)).toEqual(VALUE);
    const fresh = await both.close('x', VALUE);
    expect(await new Seal([NEW]).open('x', fresh)).toEqual(VALUE);
    expect(await new Seal([OLD]).open('x', fresh)).toBeNull();
  });

  it('does not open a value for another purpose', async () => {
    const seal = new Seal([NEW]);
    expect(await seal.open('y', await seal.close('x', VALUE))).toBeNull();
  });

  it('does not open a value in which any character was changed', async () => {
    const seal = new Seal([NEW]);
    const text = await seal.close('x', 1);
    // The last character of base64url can have unused bits, which do not change the bytes.
    for (let at = 0; at < text.length - 1; at++) {
      const changed = `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
      expect([at, await seal.open('x', changed)]).toEqual([at, null]);
    }
  });

  it('does not open a value with the name of another known key', async () => {
    const seal = new Seal([NEW, OLD]);
    const [, newId = ''] = (await new Seal([NEW]).close('x', 1)).split('.');
    const [version, , body] = (await new Seal([OLD]).close('x', 1)).split('.');
    expect(await seal.open('x', `${version}.${newId}.${body}`)).toBeNull();
  });

  it.each(['', 'v1', 'v1..', 'v2.a.b', 'v1.%.%', 'v1.a.b.c'])('does not open %p', async (text) => {
    expect(await new Seal([NEW]).open('x', text)).toBeNull();
  });

  it.each([[[]], [['short']], [[NEW, 'short']]])('refuses the keys %p', async (keys) => {
    expect(await faultOf((async () => new Seal(keys))())).toBeInstanceOf(ConfigurationError);
  });
});
