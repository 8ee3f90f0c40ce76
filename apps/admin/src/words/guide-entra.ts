import { type GuideStep, type GuideValues, LICENSE_SCHEMA } from './guides.ts';

/** Entra: one enterprise application for both. */
export function entraSteps({
  baseUrl,
  redirectUri,
  samlAcsUrl,
  samlEntityId,
  signInUrl,
}: GuideValues): readonly GuideStep[] {
  return [
    {
      title: 'Make the application',
      text: [
        '**Enterprise applications** > **New application** > **Create your own application**. Give it a name, choose **Integrate any other application you don’t find in the gallery (Non-gallery)**, and **Create**. In **Properties**, set **Assignment required?** to **Yes**.',
      ],
    },
    {
      title: 'Connect signing in',
      text: ['**Single sign-on** > **SAML**:'],
      rows: [
        { field: 'Identifier (Entity ID)', value: samlEntityId, isCopied: true },
        { field: 'Reply URL (Assertion Consumer Service URL)', value: samlAcsUrl, isCopied: true },
        {
          field: 'Sign on URL',
          value: signInUrl,
          isCopied: true,
          note: 'The tile in My Apps then begins at Rollcall.',
        },
        {
          field: 'Unique User Identifier',
          value: 'user.userprincipalname',
          note: 'Name identifier format: Email address.',
        },
        {
          field: 'Add a group claim',
          value: 'Groups assigned to the application',
          note: 'Source attribute: Group ID. Leave its name as it is.',
        },
        { field: 'Signing Option, Algorithm', value: 'Sign SAML assertion, SHA-256' },
      ],
      after: [
        `Do you sign in with OpenID Connect? Make an **App registration** with the **Web** redirect URI ${redirectUri} for it, and use this application for provisioning alone.`,
        'Download **Federation Metadata XML** and copy what is in it.',
      ],
      part: 'signOn',
    },
    {
      title: 'Connect for provisioning',
      text: [
        'In the application: **Provisioning** > **New configuration** (in older consoles **Get started**, with **Provisioning Mode** **Automatic**):',
      ],
      rows: [
        {
          field: 'Tenant URL',
          value: `${baseUrl}?aadOptscim062020`,
          isCopied: true,
          note: 'What follows the question mark makes Entra keep closer to the standard.',
        },
        { field: 'Secret token', value: 'The token', note: 'Without “Bearer”.' },
      ],
      part: 'token',
    },
    {
      title: 'Test the connection',
      text: [
        'Press **Test connection**, then **Create** (or **Save**). The test looks up somebody who cannot exist, and wants an empty list.',
      ],
      part: 'check',
    },
    {
      title: 'Change two attribute mappings',
      text: [
        '**Attribute mapping** > **Provision Microsoft Entra ID Users**. Two mappings that Entra makes by default have to change: the work e-mail and externalId.',
      ],
      rows: [
        {
          field: 'userName',
          value: 'userPrincipalName',
          note: 'Match objects using this attribute: yes, precedence 1.',
        },
        {
          field: 'emails[type eq "work"].value',
          value: 'userPrincipalName',
          note: 'Change it from mail: the same source as userName.',
        },
        {
          field: 'externalId',
          value: 'objectId',
          note: 'Change it from mailNickname, which can be given to somebody else.',
        },
        {
          field: 'active',
          value: 'Leave the expression as it is',
          note: 'It deactivates who is unassigned, blocked or deleted.',
        },
        { field: 'All others', value: 'As by default', note: 'Kept and given back as they were sent.' },
      ],
      after: [
        'Do people sign in with **mail**? Then map both userName and the work e-mail to **mail**.',
        'Leave the mappings of groups as they are.',
      ],
    },
    {
      title: 'The license attribute',
      isOptional: true,
      text: [
        'It lets Entra say which license each person gets. In the users’ **Attribute mapping**: **Show advanced options** > **Edit attribute list**, and add:',
      ],
      rows: [
        { field: 'Name', value: `${LICENSE_SCHEMA}:licenseType`, isCopied: true },
        { field: 'Type', value: 'String' },
        { field: 'Exact case?', value: 'Yes' },
      ],
      after: [
        'Then **Add new mapping** to that target, **Apply this mapping**: **Always**. The source is an attribute that holds one of the four values, or an expression such as',
        'Switch([department], "read_only", "Engineering", "developer", "Help desk", "it")',
      ],
      part: 'licenses',
    },
    {
      title: 'Assign and start',
      text: [
        '**Users and groups** > **Add user/group**: the people and groups to provision. Only direct members of a group are provisioned.',
        '**Provision on demand** for one person, and look at the result in both logs (it works without the addition to the Tenant URL only).',
        '**Overview** > **Start provisioning**. Cycles come about every 40 minutes. Set a notification address in **Properties**, to hear when Entra gives up.',
      ],
    },
  ];
}
