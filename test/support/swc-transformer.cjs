const { realpathSync } = require('node:fs');
const path = require('node:path');
const { createTransformer } = require('@swc/jest');

/**
 * `@swc/jest`, which keeps what it has compiled by all settings of Jest, among them where the checkout is; this one by what it
 * comes of alone, the source and its path below the checkout. So a copy of a checkout finds what was compiled in that one.
 */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    const getCacheKey = (source, file, given) => {
      const { rootDir: own } = given.config;
      // A copy has the node_modules of its original, by a link.
      const installed = path.dirname(realpathSync(path.join(own, 'node_modules')));
      const rootDir = file.startsWith(installed + path.sep) ? installed : own;
      return swc.getCacheKey(source, file, { ...given, configString: '', config: { ...given.config, rootDir } });
    };
    return { ...swc, getCacheKey };
  },
};
