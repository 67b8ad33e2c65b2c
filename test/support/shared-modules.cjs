const Module = require('node:module');
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { compileFunction } = require('node:vm');
const { register } = require('prom-client');
// A package of Jest. Its version depends on Jest's version, so it is not one of our dependencies.
const { default: Runtime } = require(require.resolve('jest-runtime', { paths: [require.resolve('jest')] }));

/** The source map of each compiled file, for stack traces. */
const sourceMaps = new Map();
/** Compiled packages of Jest, which Jest itself runs again for every test file. */
const compiledPackages = new Map();
/** Jest's runtime for the current test file, which compiles the files that are loaded. */
let current = null;

Module._extensions['.ts'] = (module, filename) => {
  module._compile(current.compiled(filename), filename);
};

/** A package of this repository: tests run its sources, not its build. */
const PACKAGE = /^@coresdk\/rego(?:\/([\w-]+))?$/;

// Our imports refer to a file.ts as `./file.js`, its name in the compiled program.
const resolveFilename = Module._resolveFilename;
Module._resolveFilename = (request, parent, ...rest) => {
  const [isPackage, entry = 'main'] = PACKAGE.exec(request) ?? [];
  if (isPackage) return join(__dirname, `../../rego/src/${entry}.ts`);
  if (/^\.{1,2}\/.*\.js$/.test(request) && parent?.filename?.endsWith('.ts')) {
    return resolveFilename(request.slice(0, -'.js'.length), parent, ...rest);
  }
  return resolveFilename(request, parent, ...rest);
};

/**
 * Jest's runtime loads the product and its packages again for every test file, in a separate realm: three seconds for a
 * test of the complete core. Here, Node loads them once for all the test files that a worker runs; Jest loads only the test file. A
 * file that replaces a module with `jest.mock` gets separate instances of our modules. The tests also pass without
 * this, under `--experimental-vm-modules`: three files that load the core took 18.1 s instead of 8.5 s (2026-12-01).
 */
class SharedModules extends Runtime {
  constructor(...args) {
    super(...args);
    current = this;
    const [, , , , , , testPath] = args;
    this.replacesModules = /\bjest\.mock\(/.test(readFileSync(testPath, 'utf8'));
    // Metrics start from zero in each test file, and separate instances of a module register metrics with the same names.
    register.resetMetrics();
    this.metrics = this.replacesModules ? register.getMetricsAsArray() : null;
    if (this.metrics !== null) register.clear();
    // Jest passes this object to each file that it loads. Test helpers, which are not loaded by Jest, find it here.
    globalThis.jest = this.jestGlobals.jestObjectFor(testPath);
    const { executor } = this;
    executor.compile = (source, filename) => {
      this.keepSourceMap(filename);
      const known = compiledPackages.get(filename);
      if (known) return known;
      const compiled = compileFunction(source, executor.injectedModuleParameters, { filename });
      if (filename.includes('/node_modules/')) compiledPackages.set(filename, compiled);
      return compiled;
    };
  }

  requireModule(from, moduleName, options, isRequireActual) {
    const isJests = moduleName === undefined || options?.isInternalModule;
    if (isJests || (this.replacesModules && moduleName.startsWith('.'))) {
      return super.requireModule(from, moduleName, options, isRequireActual);
    }
    return Module.createRequire(from)(moduleName);
  }

  teardown() {
    super.teardown();
    if (this.metrics === null) return;
    register.clear();
    for (const metric of this.metrics) register.registerMetric(metric);
  }

  compiled(filename) {
    const code = this.transformCache.transform(filename, undefined);
    this.keepSourceMap(filename);
    return code;
  }

  keepSourceMap(filename) {
    const map = super.getSourceMaps().get(filename);
    if (map !== undefined) sourceMaps.set(filename, map);
  }

  getSourceMaps() {
    return sourceMaps;
  }
}

module.exports = SharedModules;
