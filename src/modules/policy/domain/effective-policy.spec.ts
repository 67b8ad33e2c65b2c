import { effectiveData, effectiveSources } from './effective-policy';
import { isReservedPath, packagePath } from './package-path';

const source = (text: string, path = 'x.rego') => ({ path, text });

describe('the package of a module', () => {
  it.each([
    ['package authz', ['authz']],
    ['# METADATA\n# title: x\n\n  package  authz.admin\nimport data.x', ['authz', 'admin']],
    ['\uFEFFpackage a', ['a']],
    ['package a["b c"].d["\\u0065\\""]', ['a', 'b c', 'd', 'e"']],
    ['package a # the package\nallow := true', ['a']],
    ['package a; allow := true', ['a']],
    ['package tenant_wall', ['tenant_wall']],
    ['package tenant_wall["x"]', ['tenant_wall', 'x']],
    ['', null],
    ['# package a', null],
    ['packages a', null],
    ['package', null],
    ['package 1a', null],
    ['package a.', null],
    ['package a["b', null],
    ['package a[b]', null],
    ['import data.x\npackage a', null],
  ])('of %j is %j', (text, path) => {
    expect(packagePath(text)).toEqual(path);
  });

  it('is reserved if it is the tenant wall or below it', () => {
    expect(
      [['tenant_wall'], ['tenant_wall', 'x'], ['tenant_walls'], ['a', 'tenant_wall'], []].map(isReservedPath),
    ).toEqual([true, true, false, false, false]);
  });
});

describe('the effective policy', () => {
  const base = [
    source('package authz\nallow := false', 'base/authz.rego'),
    source('package authz\nmore := 1', 'base/more.rego'),
    source('package coresdk.egress', 'base/egress.rego'),
    source('package tenant_wall', 'base/wall.rego'),
  ];
  const paths = (sources: readonly { readonly path: string }[]): readonly string[] => sources.map(({ path }) => path);

  it('is only the base if there is no bundle', () => {
    expect(effectiveSources(base, [])).toEqual(base);
  });

  it('replaces a complete package of the base by its path', () => {
    const own = [source('package authz\nallow := true', 'own.rego')];
    expect(paths(effectiveSources(base, own))).toEqual(['base/egress.rego', 'base/wall.rego', 'own.rego']);
  });

  it('keeps base packages above or below a package of the bundle', () => {
    const own = [source('package authz.extra', 'own.rego'), source('package coresdk', 'core.rego')];
    expect(paths(effectiveSources(base, own))).toEqual([...paths(base), 'own.rego', 'core.rego']);
  });

  it('keeps the tenant wall, even if the bundle defines the same package', () => {
    const own = [source('package tenant_wall', 'own.rego'), source('package tenant_wall.x', 'x.rego')];
    expect(paths(effectiveSources(base, own))).toEqual(paths(base));
  });

  it('does not replace any package for a module without a package', () => {
    expect(paths(effectiveSources(base, [source('allow := true', 'bad.rego')]))).toEqual([...paths(base), 'bad.rego']);
  });

  it('merges the data of the bundle and the base, prefers the bundle, and does not pollute prototypes', () => {
    const own = JSON.parse('{"a": 2, "__proto__": {"polluted": true}, "tenant_wall": 1}') as Record<string, unknown>;
    const data = effectiveData({ a: 1, b: 1, tenant_wall: 0 }, own);
    expect(Object.entries(data)).toEqual([
      ['a', 2],
      ['b', 1],
      ['tenant_wall', 0],
      ['__proto__', { polluted: true }],
    ]);
    expect((data as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
