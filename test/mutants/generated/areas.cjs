/** Folders of pure code, each with the specs that hold it; `files` are those of the folder that are held, all unless it is said. */
module.exports = [
  { folder: 'src/kernel/network', specs: ['src/kernel/network/**/*.spec.ts'] },
  { folder: 'src/modules/audit/domain', specs: ['src/modules/audit/domain/**/*.spec.ts'] },
  { folder: 'src/modules/auth/domain', specs: ['src/modules/auth/domain/**/*.spec.ts'] },
  { folder: 'src/modules/oauth/domain', specs: ['src/modules/oauth/domain/**/*.spec.ts'] },
  { folder: 'src/modules/rate-limit/domain', specs: ['src/modules/rate-limit/domain/**/*.spec.ts'] },
  { folder: 'src/modules/revocation/domain', specs: ['src/modules/revocation/domain/**/*.spec.ts'] },
  { folder: 'src/modules/scim/domain/patch', specs: ['src/modules/scim/domain/**/*.spec.ts'] },
  {
    folder: 'rego/src/evaluate',
    files: '{compile-{call,expr,match,ref,unify},*-group,comprehension,operators,rule-code,scope,value-rule,with-scope}',
    // Without those that take long, or that read `../shared`.
    specs: ['rego/src/evaluate/!(budget|hostile-policies|input-paths|rule-index).spec.ts'],
  },
];
