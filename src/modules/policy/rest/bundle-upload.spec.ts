import { AppError } from '../../../kernel/errors/app-error';
import { bundleUpload, legacyUpload } from './bundle-upload';
import { processorMs } from '../../../../test/support/processor-time';

const sent = (type: string, body: string | Buffer) => ({ type, bytes: Buffer.from(body) });
const json = (value: unknown) => sent('application/json', typeof value === 'string' ? value : JSON.stringify(value));

const pointers = (act: () => unknown): readonly string[] => {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_request')
      return error.fields.map(({ pointer }) => pointer);
    throw error;
  }
  throw new Error('It was accepted.');
};

describe('an uploaded bundle', () => {
  it.each(['application/gzip', 'application/x-gzip', 'application/octet-stream'])(
    'is read as an archive from %s',
    (type) => {
      expect(bundleUpload(sent(type, Buffer.from([0x1f, 0x8b])))).toEqual({
        kind: 'archive',
        bytes: Buffer.from([0x1f, 0x8b]),
      });
    },
  );

  it('is read as a module from text', () => {
    expect(bundleUpload(sent('text/plain', 'package ü'))).toEqual({ kind: 'module', text: 'package ü' });
    expect(pointers(() => bundleUpload(sent('text/plain', Buffer.from([0xff]))))).toEqual([]);
  });

  it('is read as modules and data from JSON, with every member kept', () => {
    const upload = bundleUpload(
      json('{"modules": {"a.rego": "package a"}, "data": {"__proto__": {"x": 1}, "b": null}}'),
    );
    if (upload.kind !== 'files') throw new Error(upload.kind);
    expect(upload.modules).toEqual({ 'a.rego': 'package a' });
    expect(Object.keys(upload.data)).toEqual(['__proto__', 'b']);
    expect('x' in {}).toBe(false);
    expect(bundleUpload(json({}))).toEqual({ kind: 'files', modules: {}, data: {} });
  });

  it.each<[unknown, readonly string[]]>([
    ['{', []],
    ['null', ['']],
    [[], ['']],
    [{ modules: { 'a.rego': 1 } }, ['/modules']],
    [{ modules: [] }, ['/modules']],
    [{ data: [1] }, ['/data']],
    [{ data: null }, ['/data']],
    [{ module: {}, dat: {} }, ['/module', '/dat']],
  ])('is refused if the JSON is %j', (body, where) => {
    expect(pointers(() => bundleUpload(json(body)))).toEqual(where);
  });

  it('keeps numbers that a double would round', () => {
    const upload = bundleUpload(json(`{"modules": {}, "data": {"id": 12345678901234567890, "n": 0.1}}`));

    expect(upload.kind === 'files' && JSON.stringify(upload.data)).toBe('{"id":12345678901234567890,"n":0.1}');
  });

  it('is refused if the body is empty', () => {
    expect(pointers(() => bundleUpload(null))).toEqual([]);
    expect(pointers(() => legacyUpload(null))).toEqual([]);
  });
});

describe('a bundle in the format of existing SDKs', () => {
  it.each(['bundle_b64', 'bundle'])('is read as base64 from %s, in either alphabet', (name) => {
    const bytes = Buffer.from([0x1f, 0x8b, 0xff, 0xfe, 0xfb]);
    expect(legacyUpload(json({ [name]: bytes.toString('base64') }))).toEqual({ kind: 'archive', bytes });
    expect(legacyUpload(json({ [name]: bytes.toString('base64url') }))).toEqual({ kind: 'archive', bytes });
  });

  it('is accepted up to 8 MiB', () => {
    const bytes = Buffer.alloc(8 * 1024 * 1024, 7);
    const body = json({ bundle: bytes.toString('base64') });
    const began = processorMs();
    const upload = legacyUpload(body);
    expect(processorMs() - began).toBeLessThan(5_000);
    expect(upload.kind === 'archive' && bytes.equals(upload.bytes)).toBe(true);
  });

  it.each(['{},', '[],', '1,', '{"a":'])('is refused without parsing when it is not a single string: %s…', (part) => {
    const began = processorMs();
    expect(pointers(() => legacyUpload(json(`{"bundle": [${part.repeat(2_000_000)}`)))).toEqual([]);
    expect(processorMs() - began).toBeLessThan(5_000);
  });

  it.each<[unknown, readonly string[]]>([
    [{}, ['']],
    [{ bundle: 'AA==', bundle_b64: 'AA==' }, ['']],
    [{ bundle: '' }, ['/bundle']],
    [{ bundle: 'a b' }, ['/bundle']],
    [{ bundle_b64: 7 }, ['/bundle_b64']],
    [{ bundle: 'AA==', tenant: 'x' }, ['/tenant']],
  ])('is refused if it is %j', (body, where) => {
    expect(pointers(() => legacyUpload(json(body)))).toEqual(where);
  });
});
