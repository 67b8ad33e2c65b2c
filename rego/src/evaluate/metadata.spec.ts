import { answersTo, outcomeText, policyOfFiles } from './test-support.js';

const files = {
  'a.rego': `# METADATA
# scope: subpackages
# title: all of it
package a

root := rego.metadata.chain()
`,
  'b.rego': `# METADATA
# title: package b
package a.b

# METADATA
# scope: document
# title: the document

# METADATA
# title: the rule
p := rego.metadata.rule()

# METADATA
# title: chained
chain := [link.annotations.title | some link in rego.metadata.chain()]

paths := [[link.path, object.get(link, ["annotations", "title"], "none")] | some link in rego.metadata.chain()]

bare := rego.metadata.rule()

# METADATA
# title: the far block

# METADATA
# title: the near block
near := [rego.metadata.rule().title, [link.annotations.title | some link in rego.metadata.chain()]]

# METADATA
# scope: document
# title: the document of both
branches := 1 if false
else := [[link.path, object.get(link, ["annotations", "title"], "none")] | some link in rego.metadata.chain()]

default fallback := [link.path | some link in rego.metadata.chain()]
fallback := 1 if false
`,
  'c.rego': `# METADATA
# title: not below
package b
`,
};

describe('rego.metadata', () => {
  const ask = (path: string): string =>
    outcomeText(policyOfFiles(files).prepareRule(path)?.evaluate(undefined) ?? { outcome: 'undefined' });

  it('returns the annotations of the calling rule', () => {
    expect(ask('a.b.p')).toBe('{"scope": "rule", "title": "the rule"}');
    expect(ask('a.b.bare')).toBe('{}');
  });

  it('returns the chain from the rule outward', () => {
    expect(ask('a.b.chain')).toBe('["chained", "package b", "all of it"]');
  });

  it('starts the chain with the rule even if it has no annotations', () => {
    expect(ask('a.b.paths')).toBe('[[["a", "b", "paths"], "none"], [["a", "b"], "package b"], [["a"], "all of it"]]');
  });

  it('starts with the nearest block, followed by the others', () => {
    expect(ask('a.b.near')).toBe('["the near block", ["the near block", "the far block", "package b", "all of it"]]');
  });

  it('lists the document after the rule, including for an `else` branch', () => {
    expect(ask('a.b.branches')).toBe(
      '[[["a", "b", "branches"], "none"], [["a", "b", "branches"], "the document of both"], [["a", "b"], "package b"], [["a"], "all of it"]]',
    );
  });

  it('works in a default value', () => {
    expect(ask('a.b.fallback')).toBe('[["a", "b", "fallback"], ["a", "b"], ["a"]]');
  });

  it('includes the annotations with the scope `subpackages` for the package itself', () => {
    expect(ask('a.root')).toBe(
      '[{"path": ["a", "root"]}, {"annotations": {"scope": "subpackages", "title": "all of it"}, "path": ["a"]}]',
    );
  });

  it('is empty in a query, which does not belong to any rule', () => {
    expect(answersTo('x := rego.metadata.chain(); y := rego.metadata.rule()')).toBe('{x = [], y = {}}');
  });
});
