import { type ConsentView, consentPage } from './consent.page';

const view: ConsentView = {
  language: 'en',
  brand: { name: 'Nordwind', logoUri: null, color: null },
  client: {
    clientId: 'app-crm',
    name: 'Harbor CRM',
    logoUri: null,
    policyUri: 'https://crm.example.com/privacy',
    firstParty: false,
    destination: 'crm.example.com',
    tenantId: 'tnt-a',
  },
  user: { displayName: 'Ada', email: 'ada@nordwind.example' },
  scopes: [
    { name: 'openid', description: 'ignored' },
    { name: 'contacts.read', description: 'Read contacts' },
    { name: 'bare', description: '' },
  ],
  resources: [],
  canRemember: true,
  request: 'client_id=app-crm',
  shown: 'shown-1',
  formToken: 'token',
  formTargets: [],
};
const textOf = (change: Partial<ConsentView>): string => consentPage({ ...view, ...change }).document.text;

describe('the consent page', () => {
  it('describes standard scopes in the reader’s language, and other scopes as declared', () => {
    const items = [...textOf({ language: 'de' }).matchAll(/<li>([^<]*)<\/li>/g)].map(([, text]) => text);
    expect(items).toEqual(['Ihre Identität feststellen', 'Read contacts', 'bare']);
    expect(textOf({ scopes: [] })).toContain('does not ask for any access');
  });

  it('lists resources unchanged, and omits the list if there are none', () => {
    const text = textOf({ resources: ['https://api.example.com/<b>'] });
    expect(text).toContain('<li>https://api.example.com/&lt;b&gt;</li>');
    expect(textOf({})).not.toContain('id="resources"');
  });

  it('offers to remember consent only if that is possible', () => {
    expect([textOf({}), textOf({ canRemember: false })].map((text) => text.includes('name="remember"'))).toEqual([
      true,
      false,
    ]);
  });

  it('shows the deny button first, so that pressing Enter by mistake grants no access', () => {
    expect([...textOf({}).matchAll(/name="decision" value="(\w+)"/g)].map(([, value]) => value)).toEqual([
      'deny',
      'allow',
    ]);
  });

  it('shows only https logos, and reports them for the content security policy', () => {
    const brand = { name: 'Nordwind', logoUri: 'https://cdn.nordwind.example/n.svg', color: null };
    const client = { ...view.client, logoUri: 'https://cdn.example.com/crm.png' };
    expect(consentPage({ ...view, brand, client }).images).toEqual([
      'https://cdn.example.com/crm.png',
      'https://cdn.nordwind.example/n.svg',
    ]);
    expect(textOf({ client: { ...client, logoUri: 'http://cdn.example.com/crm.png' } })).not.toContain('<img');
  });

  it('escapes the name and address of an app, and does not link to a script', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const client = { ...view.client, name: hostile, destination: hostile, policyUri: 'javascript:alert(1)' };
    const text = textOf({ client, user: { displayName: hostile, email: hostile } });
    expect(text).not.toContain('<img');
    expect(text).not.toContain('javascript:');
  });
});
