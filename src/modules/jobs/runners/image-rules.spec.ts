import { faultyDefaults, isImageReference } from './image-reference';
import { ImageRules } from './image-rules';

const rules = new ImageRules({
  JOBS_IMAGES: ['registry.example/tools/*', 'alpine:3'],
  JOBS_DEFAULT_IMAGES: ['report=registry.example/report:3', '*=alpine:3'],
  JOBS_NETWORK_IMAGES: ['registry.example/tools/fetch*'],
});

describe('an image', () => {
  it.each([
    ['', 'report', 'registry.example/report:3'],
    ['', 'other', 'alpine:3'],
    ['registry.example/tools/a/b:1', 'report', 'registry.example/tools/a/b:1'],
    ['registry.example/report:3', 'other', 'registry.example/report:3'],
  ])('"%s" for the kind %s resolves to %s', (image, kind, chosen) => {
    expect(rules.imageOf({ image, kind })).toBe(chosen);
  });

  it.each([
    'alpine:31',
    'alpine',
    'registry.example/tool',
    'registry.example/tools/../x',
    'evil/registry.example/tools/a',
  ])('%s is refused without a retry', (image) => {
    expect(() => rules.imageOf({ image, kind: 'a' })).toThrow(
      expect.objectContaining({ code: 'input', mayRetry: false }) as Error,
    );
  });

  it('has a network only if a rule grants one, and is refused if no image is allowed', () => {
    expect(rules.hasNetwork('registry.example/tools/fetch:2')).toBe(true);
    expect(rules.hasNetwork('alpine:3')).toBe(false);
    const none = new ImageRules({ JOBS_IMAGES: [], JOBS_DEFAULT_IMAGES: [], JOBS_NETWORK_IMAGES: [] });
    expect(none.allowAny).toBe(false);
    expect(() => none.imageOf({ image: 'alpine:3', kind: 'a' })).toThrow('not among those');
  });
});

describe('an image reference', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  it.each(['a', 'a/b/c:1.0-x', 'localhost:5000/a', `ghcr.io/a_b/c__d@${digest}`, `a:1@${digest}`])('is %s', (image) => {
    expect(isImageReference(image)).toBe(true);
  });
  it.each([
    'dir:/etc',
    'docker://a',
    'oci-archive:/tmp/a.tar',
    '/a',
    'a/',
    'a//b',
    'A',
    '-a',
    'a b',
    'a:1:2',
    'a@b',
    '',
  ])('is not "%s"', (image) => {
    expect(isImageReference(image)).toBe(false);
  });
  it('is checked in linear time', () => {
    expect(isImageReference(`${'a-'.repeat(250)}A`)).toBe(false);
    expect(isImageReference(`${'a.'.repeat(250)}/A`)).toBe(false);
  });
});

it('finds invalid default images', () => {
  expect(faultyDefaults(['a=b', 'a', '=b', 'a=', 'a=dir:/etc'])).toEqual(['a', '=b', 'a=', 'a=dir:/etc']);
});
