/** Folders of pure code, each with the specs that cover it; `files` are the covered files of the folder, by default all. */
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
    // Without the slow specs and the specs that read `../shared`.
    specs: ['rego/src/evaluate/!(budget|hostile-policies|input-paths|rule-index).spec.ts'],
  },
];
