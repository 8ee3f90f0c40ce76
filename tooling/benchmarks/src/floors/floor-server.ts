import { randomUUID } from 'node:crypto';
import { fastify, type FastifyReply, type FastifyRequest } from 'fastify';
import pg from 'pg';
import { announcePort } from '../processes/announce-port.ts';
import { memberIdsOf, peopleOf, personOf } from './floor-requests.ts';
import {
  INSERT_AUDIT_EVENT,
  INSERT_MEMBERS,
  INSERT_USER,
  INSERT_USERS,
  LOCK_USER,
  READ_PAGE,
  READ_USER,
  UPDATE_USER,
} from './statements.ts';

// A process of its own: the least that Fastify and pg must do for the same work, without a rule, a check or a record.
const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 10, pipeline: true });
const app = fastify({ bodyLimit: 16 * 1024 * 1024 });
app.addContentTypeParser(
  'application/scim+json',
  { parseAs: 'string' },
  app.getDefaultJsonParser('error', 'error'),
);
app.route({ method: 'GET', url: '/:account/users/:id', handler: readUser });
app.route({ method: 'GET', url: '/:account/users', handler: readPage });
app.route({ method: 'POST', url: '/:account/users', handler: createUser });
app.route({ method: 'POST', url: '/:account/bulk', handler: createUsers });
app.route({ method: 'PATCH', url: '/:account/users/:id', handler: changeUser });
app.route({ method: 'POST', url: '/:account/groups/:id/members', handler: addMembers });
await app.listen({ host: '127.0.0.1', port: 0 });
announcePort(app.server, async () => {
  await app.close();
  await pool.end();
});

type FloorRequest = FastifyRequest<{ Params: { account: string; id: string } }>;

/** F-read: one named prepared select by primary key, as a SCIM User. */
async function readUser(request: FloorRequest): Promise<object | undefined> {
  const { account, id } = request.params;
  const { rows } = await pool.query<UserRow>({ ...READ_USER, values: [account, id] });
  return rows[0] && resourceOf(rows[0]);
}

type PageRequest = FastifyRequest<{
  Params: { account: string };
  Querystring: { after: string; count: string };
}>;

/** F-page: one keyset page by id, as SCIM Users. */
async function readPage(request: PageRequest): Promise<object> {
  const { after, count } = request.query;
  const { rows } = await pool.query<UserRow>({
    ...READ_PAGE,
    values: [request.params.account, after, count],
  });
  return { itemsPerPage: rows.length, Resources: rows.map(resourceOf) };
}

/** F-write: one statement that inserts a user and an audit event. */
async function createUser(request: FloorRequest, reply: FastifyReply): Promise<object> {
  const { userName, externalId, ...attributes } = personOf(request.body);
  const id = randomUUID();
  const detail = JSON.stringify(attributes);
  await pool.query({
    ...INSERT_USER,
    values: [request.params.account, id, userName, externalId, detail, randomUUID()],
  });
  reply.code(201);
  return { id, userName, externalId, ...attributes };
}

/** F-bulk: one statement that inserts all the users and an audit event for each. */
async function createUsers(request: FloorRequest, reply: FastifyReply): Promise<void> {
  const people = peopleOf(request.body).map(({ userName, externalId, ...attributes }) => ({
    userName,
    externalId,
    attributes: JSON.stringify(attributes),
  }));
  await pool.query({
    ...INSERT_USERS,
    values: [
      request.params.account,
      people.map(() => randomUUID()),
      people.map((person) => person.userName),
      people.map((person) => person.externalId),
      people.map((person) => person.attributes),
      people.map(() => randomUUID()),
    ],
  });
  reply.code(204);
}

/** F-tx: [begin, lock] and [update, audit event, commit], each sent at once. */
async function changeUser(request: FloorRequest): Promise<object> {
  const { account, id } = request.params;
  const client = await pool.connect();
  try {
    const [, locked] = await Promise.all([
      client.query('begin'),
      client.query<UserRow>({ ...LOCK_USER, values: [account, id] }),
    ]);
    const [updated, audited] = await Promise.all([
      client.query({ ...UPDATE_USER, values: [account, id] }),
      client.query({ ...INSERT_AUDIT_EVENT, values: [account, randomUUID(), id] }),
      client.query('commit'),
    ]);
    return { ...locked.rows[0], changed: updated.rowCount === 1 && audited.rowCount === 1 };
  } finally {
    client.release();
  }
}

/** F-members(n): one statement that raises the group's version and inserts n memberships. */
async function addMembers(request: FloorRequest, reply: FastifyReply): Promise<void> {
  const { account, id } = request.params;
  await pool.query({ ...INSERT_MEMBERS, values: [account, id, memberIdsOf(request.body)] });
  reply.code(204);
}

function resourceOf(row: UserRow): object {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    id: row.id,
    userName: row.user_name,
    externalId: row.external_id,
    active: true,
    ...row.attributes,
    meta: {
      resourceType: 'User',
      created: row.created_at,
      lastModified: row.updated_at,
      version: row.version,
    },
  };
}

interface UserRow {
  id: string;
  user_name: string;
  external_id: string | null;
  attributes: object;
  version: number;
  created_at: Date;
  updated_at: Date;
}
