import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot } from '../../../kernel/config/project-root';

/**
 * The policy for Swagger UI, which writes inline styles and embeds its icons as `data:` URLs. The page does not load anything from other
 * origins.
 */
export const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The reference page. Its addresses are relative, so that they work for surfaces behind a path prefix. */
export const REFERENCE_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>CoreSDK API reference</title>
<link rel="icon" type="image/svg+xml" href="icon.svg">
<link rel="stylesheet" href="api/swagger-ui.css">
</head>
<body>
<noscript>The reference needs JavaScript; <a href="../openapi.json">the OpenAPI document</a> does not.</noscript>
<div id="reference"></div>
<script src="api/swagger-ui-bundle.js"></script>
<script src="api/start.js"></script>
</body>
</html>
`;

/** The start script. It uses no external validator, and no credential outlives the page. */
export const START_SCRIPT = `SwaggerUIBundle({
  url: '../openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
`;

/** Reads a file of Swagger UI, which `@nestjs/swagger` includes. */
export function referenceAsset(file: 'swagger-ui-bundle.js' | 'swagger-ui.css'): Promise<string> {
  const resolve = createRequire(path.join(projectRoot(), 'node_modules/@nestjs/swagger/package.json'));
  return readFile(resolve.resolve(`swagger-ui-dist/${file}`), 'utf8');
}
