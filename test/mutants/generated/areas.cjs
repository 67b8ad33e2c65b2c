/** Folders of pure code, each with the folder whose unit specs hold it. */
module.exports = [
  { folder: 'src/kernel/network', specs: 'src/kernel/network' },
  { folder: 'src/modules/audit/domain', specs: 'src/modules/audit/domain' },
  { folder: 'src/modules/auth/domain', specs: 'src/modules/auth/domain' },
  { folder: 'src/modules/oauth/domain', specs: 'src/modules/oauth/domain' },
  { folder: 'src/modules/rate-limit/domain', specs: 'src/modules/rate-limit/domain' },
  { folder: 'src/modules/revocation/domain', specs: 'src/modules/revocation/domain' },
  { folder: 'src/modules/scim/domain/patch', specs: 'src/modules/scim/domain' },
];
