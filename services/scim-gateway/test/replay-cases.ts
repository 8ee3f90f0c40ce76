import {
  addGroup,
  addUser,
  groupBody,
  type ScimAnswer,
  type ScimClient,
  textOf,
  userBody,
} from './harness.ts';

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';

/** One kind of request that an identity provider sends. */
export interface ReplayCase {
  send: (world: ReplayWorld) => Promise<ScimAnswer>;
  /** Brings about the state in which the request is replayed and sent again. */
  between?: (world: ReplayWorld, sent: ScimAnswer) => Promise<unknown>;
}

/** An account in which there is somebody already. */
export interface ReplayWorld {
  client: ScimClient;
  /** The path of a person, and of a group that they are in. */
  user: string;
  group: string;
  ana: string;
}

export const REPLAY_CASES: Readonly<Record<string, ReplayCase>> = {
  'a creation of somebody new': {
    send: ({ client }) => client.post('/Users', userBody('new@acme.io', { password: 'hunter2' })),
    between: ({ client }, sent) => client.delete(`/Users/${sent.id}`),
  },
  'a creation of somebody who is there by now': {
    send: ({ client }) => client.post('/Users', userBody('ben@acme.io')),
  },
  'a creation of somebody who is invited': {
    send: ({ client }) => client.post('/Users', userBody('cho@elsewhere.example')),
    between: ({ client }, sent) => client.delete(`/Users/${sent.id}`),
  },
  'a creation with a limited seat': {
    send: ({ client }) =>
      client.post(
        '/Users',
        userBody('dee@acme.io', {
          'urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User': { licenseType: 'read_only' },
        }),
      ),
    between: ({ client }, sent) => client.delete(`/Users/${sent.id}`),
  },
  'a replacement of a person': {
    send: ({ client, user }) => client.put(user, userBody('ana@acme.io', { title: 'Dr.' })),
    between: ({ client, user }) => client.put(user, userBody('ana@acme.io', { title: 'Prof.' })),
  },
  'a change of a person, read leniently': {
    send: ({ client, user }) => client.patch(user, [{ op: 'Replace', path: 'title', value: 'Sir' }]),
    between: ({ client, user }) => client.patch(user, [{ op: 'replace', path: 'title', value: 'Mr.' }]),
  },
  'a change that changes nothing': {
    send: ({ client, user }) => client.patch(user, [{ op: 'replace', path: 'active', value: true }]),
  },
  'a deactivation': {
    send: ({ client, user }) => client.patch(user, [{ op: 'replace', path: 'active', value: false }]),
    between: ({ client, user }) => client.patch(user, [{ op: 'replace', path: 'active', value: true }]),
  },
  'a conditional change whose version is past': {
    send: async ({ client, user }) => {
      const { headers } = await client.get(user);
      const operations = [{ op: 'replace', path: 'title', value: 'Dame' }];
      return client.patch(user, operations, { 'if-match': String(headers['etag']) });
    },
  },
  'a conditional read': {
    send: async ({ client, user }) => {
      const { headers } = await client.get(user);
      return client.get(user, { 'if-none-match': String(headers['etag']) });
    },
  },
  'a deletion of a person': {
    send: async ({ client }) => client.delete(`/Users/${await addUser(client, 'gone@acme.io')}`),
  },
  'a deletion that would take away the last administrator': {
    send: async ({ client }) => {
      const { resources } = await client.get('/Users?filter=userName eq "owner@acme.io"');
      return client.delete(`/Users/${textOf(resources[0]?.['id'])}`);
    },
  },
  'a creation of a group': {
    send: ({ client, ana }) => client.post('/Groups', groupBody('Revenue', [ana])),
    between: ({ client }, sent) => client.delete(`/Groups/${sent.id}`),
  },
  'a replacement of a group': {
    send: ({ client, group, ana }) => client.put(group, groupBody('Sales', [ana])),
    between: ({ client, group }) => client.put(group, groupBody('Sales', [])),
  },
  'an addition of members': {
    send: ({ client, group, ana }) =>
      client.patch(group, [{ op: 'add', path: 'members', value: [{ value: ana }] }]),
    between: ({ client, group }) => client.patch(group, [{ op: 'remove', path: 'members' }]),
  },
  'a removal of members': {
    send: ({ client, group }) => client.patch(group, [{ op: 'remove', path: 'members' }]),
  },
  'a deletion of a group': {
    send: async ({ client }) => client.delete(`/Groups/${await addGroup(client, 'Brief')}`),
  },
  'a read of a person': { send: ({ client, user }) => client.get(user) },
  'a read of a group with its members': { send: ({ client, group }) => client.get(group) },
  'a list with a filter': {
    send: ({ client }) => client.get('/Users?filter=userName%20sw%20%22page-%22&count=2'),
  },
  'a page by index': { send: ({ client }) => client.get('/Users?startIndex=2&count=2') },
  'a page of groups': { send: ({ client }) => client.get('/Groups?excludedAttributes=members') },
  'a search at the root': {
    send: ({ client }) =>
      client.post('/.search', { schemas: [SEARCH_REQUEST], filter: 'displayName eq "Sales"' }),
  },
  'a search of users': {
    send: ({ client }) =>
      client.post('/Users/.search', { schemas: [SEARCH_REQUEST], filter: 'userName eq "ana@acme.io"' }),
  },
  'the schemas': { send: ({ client }) => client.get('/Schemas') },
  'a bulk request of which something fails': {
    send: ({ client }) =>
      client.post('/Bulk', {
        schemas: [BULK_REQUEST],
        Operations: [
          { method: 'POST', path: '/Users', bulkId: 'a', data: userBody('bulk-a@acme.io') },
          { method: 'POST', path: '/Users', bulkId: 'b', data: userBody('no address') },
          { method: 'POST', path: '/Users', bulkId: 'c', data: userBody('bulk-c@acme.io') },
          {
            method: 'POST',
            path: '/Groups',
            bulkId: 'g',
            data: { ...groupBody('Bulk'), members: [{ value: 'bulkId:a' }, { value: 'bulkId:c' }] },
          },
          {
            method: 'PATCH',
            path: '/Users/bulkId:a',
            data: { schemas: [PATCH_OP], Operations: [{ op: 'replace', path: 'title', value: 'Dr.' }] },
          },
        ],
      }),
    between: async ({ client }) => {
      for (const name of ['bulk-a', 'bulk-c']) {
        const { resources } = await client.get(`/Users?filter=userName eq "${name}@acme.io"`);
        await client.delete(`/Users/${textOf(resources[0]?.['id'])}`);
      }
      const { resources } = await client.get('/Groups?filter=displayName eq "Bulk"');
      await client.delete(`/Groups/${textOf(resources[0]?.['id'])}`);
    },
  },
  'a bulk request whose creations refer to each other in a circle': {
    send: ({ client }) =>
      client.post('/Bulk', {
        schemas: [BULK_REQUEST],
        Operations: [
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'a',
            data: {
              ...userBody('circle-a@acme.io'),
              'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
                manager: { value: 'bulkId:b' },
              },
            },
          },
          {
            method: 'POST',
            path: '/Users',
            bulkId: 'b',
            data: {
              ...userBody('circle-b@acme.io'),
              'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': {
                manager: { value: 'bulkId:a' },
              },
            },
          },
        ],
      }),
  },
  'a path that does not exist': { send: ({ client }) => client.get('/Nowhere') },
  'a method that is not possible': { send: ({ client }) => client.delete('/Users') },
  'a filter that cannot be read': { send: ({ client }) => client.get('/Users?filter=%') },
  'what is not offered': { send: ({ client }) => client.get('/Me') },
};
