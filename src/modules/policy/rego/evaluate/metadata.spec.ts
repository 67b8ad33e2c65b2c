import { outcomeText, policyOfFiles } from './test-support';

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
`,
};

describe('rego.metadata', () => {
  const ask = (path: string): string =>
    outcomeText(policyOfFiles(files).prepareRule(path)?.evaluate(undefined) ?? { outcome: 'undefined' });

  it('gives the annotations of the rule that asks', () => {
    expect(ask('a.b.p')).toBe('{"scope": "rule", "title": "the rule"}');
    expect(ask('a.b.bare')).toBe('{}');
  });

  it('chains from the rule outwards', () => {
    expect(ask('a.b.chain')).toBe('["chained", "package b", "all of it"]');
  });

  it('starts the chain with the rule also when it has no annotations', () => {
    expect(ask('a.b.paths')).toBe('[[["a", "b", "paths"], "none"], [["a", "b"], "package b"], [["a"], "all of it"]]');
  });
});
