import { readFileSync } from 'node:fs';
import type { DefaultTheme } from 'vitepress';

type Item = DefaultTheme.SidebarItem;

/** Pages by section, in the order of the sidebar: the path below the section, then the text of the link. */
const PAGES: Readonly<Record<string, readonly (readonly [path: string, text: string])[]>> = {
  tutorials: [
    ['first-api-call', 'Make your first API call'],
    ['sign-in-a-user', 'Sign in a user'],
    ['run-a-skill', 'Run a skill'],
    ['write-a-workflow', 'Write a workflow'],
  ],
  'guides: Applications': [
    ['protect-express', 'Protect an Express API'],
    ['protect-fastapi', 'Protect a FastAPI API'],
    ['protect-django', 'Protect a Django API'],
    ['protect-nest', 'Protect a NestJS API'],
    ['sessions-nextjs', 'Sign in users with Next.js'],
    ['sessions-express-nest', 'Sign in users with Express or NestJS'],
    ['api-reference', 'Try the API in your browser'],
    ['browser-apps', 'Call the API from a browser'],
    ['single-page-apps', 'Build a single-page app'],
    ['mobile-apps', 'Build a mobile app'],
    ['command-line-apps', 'Build a command-line app'],
    ['machine-to-machine', 'Call APIs from a service'],
    ['existing-clients', 'Use existing clients'],
    ['mcp-tools', 'Offer tools over MCP'],
  ],
  'guides: Platform': [
    ['contexts', 'Sign in from a terminal'],
    ['moving-in', 'Move in from Keycloak or Auth0'],
    ['policies', 'Write policies'],
    ['token-claims', 'Decide what tokens say'],
    ['flags-and-limits', 'Use flags and limits'],
    ['masking-and-secrets', 'Mask data and keep secrets'],
    ['audit-proofs', 'Prove the audit log'],
    ['sign-up', 'Let people create accounts'],
    ['passwords-and-sessions', 'Set rules for passwords and sessions'],
    ['second-factors', 'Require a second factor'],
    ['identity-providers', 'Sign in with an identity provider'],
    ['provision-okta-entra', 'Provision from Okta or Entra'],
    ['replace-opa', 'Replace OPA'],
    ['configuration-as-code', 'Configure the platform as code'],
  ],
  'guides: Operations': [
    ['deploy', 'Deploy'],
    ['production', 'Run in production'],
    ['upgrade', 'Upgrade'],
    ['backup', 'Back up and restore'],
    ['monitoring', 'Monitor'],
    ['troubleshooting', 'Troubleshoot'],
  ],
  explanations: [
    ['architecture', 'Architecture'],
    ['security', 'Security'],
    ['multi-tenancy', 'Multi-tenancy'],
    ['comparison', 'Comparison'],
    ['sign-in-comparison', 'Comparison of sign-in'],
    ['sdk-comparison', 'Comparison of SDKs'],
    ['testing', 'Testing'],
  ],
  reference: [
    ['grpc', 'gRPC API'],
    ['command-line', 'Command line'],
    ['configuration', 'Configuration'],
    ['errors', 'Errors'],
    ['metrics', 'Metrics'],
  ],
};

/** Returns the sidebar for the reference, and the sidebar for all other pages. */
export function sidebar(): DefaultTheme.SidebarMulti {
  return {
    '/reference/': [
      section('Reference', pagesOf('reference')),
      restApi('REST API: backend', 'backend'),
      restApi('REST API: control plane', 'control-plane'),
    ],
    '/': [
      section('Tutorials', pagesOf('tutorials')),
      ...['Applications', 'Platform', 'Operations'].map((group) =>
        section(`Guides: ${group.toLowerCase()}`, pagesOf('guides', group)),
      ),
      section('Explanations', pagesOf('explanations')),
    ],
  };
}

/** Not collapsible, because VitePress nests the collapse buttons and screen readers cannot tell nested buttons apart. */
const section = (text: string, items: Item[]): Item => ({ text, items });

function pagesOf(folder: string, group?: string): Item[] {
  const rows = PAGES[group === undefined ? folder : `${folder}: ${group}`] ?? [];
  return rows.map(([path, text]) => ({ text, link: `/${folder}/${path}` }));
}

/** The overview of a REST API, with a page per tag below it. `npm run docs:reference` writes the file with the tags. */
function restApi(text: string, role: string): Item {
  const file = new URL('generated/rest-tags.json', import.meta.url);
  const tags = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { title: string; path: string }[]>;
  const items = (tags[role] ?? []).map(({ title, path }) => ({ text: title, link: `/reference/${path}` }));
  return section(text, [{ text: 'Overview', link: `/reference/rest-${role}` }, ...items]);
}
