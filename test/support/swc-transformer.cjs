const { realpathSync } = require('node:fs');
const path = require('node:path');
const { createTransformer } = require('@swc/jest');

/**
 * A cache for `@swc/jest`. The built-in cache depends on all settings of Jest, including the path of the checkout; this cache depends only
 * on the source and its path within the checkout. A copy of a checkout can therefore use the compiled code of the original.
 */
module.exports = {
  createTransformer(options) {
    const swc = createTransformer(options);
    const getCacheKey = (source, file, given) => {
      const { rootDir: own } = given.config;
      // A copy links to the node_modules of its original.
      const installed = path.dirname(realpathSync(path.join(own, 'node_modules')));
      const rootDir = file.startsWith(installed + path.sep) ? installed : own;
      return swc.getCacheKey(source, file, { ...given, configString: '', config: { ...given.config, rootDir } });
    };
    return { ...swc, getCacheKey };
  },
};
