/** The public app with which users of the installation's first tenant sign in. Users of other tenants enter the ID of their own app. */
const CLIENT_ID = 'app-reference';
const SAMPLES = ['shell/curl', 'js/fetch', 'python/requests'];
const HIDDEN_LANGUAGES =
  'c clojure csharp dart fsharp go http java julia kotlin node objc ocaml php powershell r ruby rust swift'.split(' ');
const HIDDEN_SAMPLES = {
  ...Object.fromEntries(HIDDEN_LANGUAGES.map((language) => [language, true])),
  shell: ['wget', 'httpie'],
  js: ['axios', 'jquery', 'ofetch', 'xhr'],
  python: ['python3', 'aiohttp', 'httpx_sync', 'httpx_async'],
};

/** Addresses are relative, so that they work for surfaces behind a path prefix. */
async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address} responded with ${response.status}`);
  return response.json();
}

function authenticationOf(metadata) {
  return {
    preferredSecurityScheme: 'oauth',
    securitySchemes: {
      oauth: {
        flows: {
          authorizationCode: {
            // The sign-in pages work only at the issuer's address.
            authorizationUrl: metadata.authorization_endpoint,
            'x-scalar-client-id': CLIENT_ID,
            'x-scalar-redirect-uri': location.origin + location.pathname,
            'x-usePkce': 'SHA-256',
          },
        },
      },
    },
  };
}

/** Nothing leaves the installation: no fonts, proxy, assistant or statistics of the vendor. Tokens stay in memory. */
const SETTINGS = {
  withDefaultFonts: false,
  telemetry: false,
  persistAuth: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: 'never',
  // A page with an open section takes longer to appear.
  defaultOpenFirstTag: false,
  featuredClients: SAMPLES,
  hiddenClients: HIDDEN_SAMPLES,
  defaultHttpClient: { targetKey: 'shell', clientKey: 'curl' },
};

try {
  const [content, metadata] = await Promise.all([
    read('../openapi.json'),
    read('../.well-known/oauth-authorization-server'),
  ]);
  const authentication = authenticationOf(metadata);
  Scalar.createApiReference('#reference', { content, authentication, ...SETTINGS });
} catch (error) {
  document.querySelector('#reference').textContent =
    `The reference is not available: ${error.message}. Reload the page.`;
}
