/**
 * The process of the product under `npm run dev`: `node dev-process.cjs <packages> <program> [arguments]`. Loads the packages, then waits for
 * a message before it runs the program, so that the packages load while the program is being built.
 */
require('./source-maps.cjs');

/** The packages that take the longest to load. */
const LARGE = [
  ...['@nestjs/core', '@nestjs/platform-express', 'typeorm', 'zod', 'pg', 'prom-client'],
  ...['@grpc/grpc-js', '@grpc/proto-loader', '@grpc/reflection', 'grpc-health-check'],
];

const [, , packages, program] = process.argv;
process.argv.splice(1, 3, program);
process.once('message', run).once('disconnect', process.exit);
// Tracing hooks packages as they are loaded, so nothing is loaded before it.
if (!process.env.OTEL_EXPORTER_OTLP_ENDPOINT) loadPackages();

function loadPackages() {
  const loaders = require(packages);
  for (const name of LARGE) loaders[name]?.();
}

function run() {
  process.off('disconnect', process.exit);
  process.disconnect();
  require(program);
}
