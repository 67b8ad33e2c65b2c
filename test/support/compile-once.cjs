const { Script } = require('node:vm');
// Jest's own, which depends on its version: no package of ours.
const fromJest = { paths: [require.resolve('jest')] };
const { default: Runtime } = require(require.resolve('jest-runtime', fromJest));

/** What this worker has compiled, by file. */
const compiled = new Map();

/**
 * Jest's runtime, which compiles every module again for every test file; this one compiles it once for all test files of a
 * worker: a sixth of what a test of the whole core costs. Each file still has modules of its own.
 */
class CompileOnce extends Runtime {
  constructor(...args) {
    super(...args);
    const { executor } = this;
    const compile = executor.compile.bind(executor);
    const head = `(function (${executor.injectedModuleParameters.join(', ')}) {`;
    executor.compile = (source, filename) => {
      const context = executor.environment.getVmContext();
      if (context === null) return null;
      let known = compiled.get(filename);
      if (known?.source !== source) {
        try {
          known = { source, script: new Script(`${head}${source}\n})`, { filename, columnOffset: -head.length }) };
        } catch {
          // Jest's own has the words for what is wrong with it.
          return compile(source, filename);
        }
        compiled.set(filename, known);
      }
      return known.script.runInContext(context);
    };
  }
}

module.exports = CompileOnce;
